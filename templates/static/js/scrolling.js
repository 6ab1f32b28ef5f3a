// Follows what is written at the end of the page down, but only for a reader who is there already.

const NEAR_THE_END = 120; // px

export function keepingEnd() {
  const root = document.documentElement;
  const wasNear = root.scrollHeight - innerHeight - scrollY < NEAR_THE_END;
  return () => { if (wasNear) scrollTo(0, root.scrollHeight); };
}
