// Puts what has changed of this page in the place of what stands there: each element with data-fresh, by its id.
// What the reader opened, typed and stands on stays.

import { keepingEnd } from "./scrolling.js";

export async function refresh() {
  const page = await fetched();
  if (!page) return;
  const keepEnd = keepingEnd();
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && !fresh.isEqualNode(old)) put(document.importNode(fresh, true), old);
  }
  keepEnd();
}

// Nothing, where the server cannot be reached or shows another page: the next change asks again.
async function fetched() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Looking-On": "1" } });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

function put(fresh, old) {
  for (const details of old.querySelectorAll("details[id][open]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const typed = [...old.querySelectorAll("textarea[id]:not([readonly])")].map(({ id, value, selectionStart, selectionEnd }) => ({ id, value, selectionStart, selectionEnd }));
  old.replaceWith(fresh);
  for (const { id, value, selectionStart, selectionEnd } of typed) {
    const same = document.getElementById(id);
    if (!same || !value) continue;
    same.value = value;
    same.setSelectionRange(selectionStart, selectionEnd);
  }
  const again = focused?.id ? document.getElementById(focused.id) : focused?.href && fresh.querySelector(`[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  again?.focus({ preventScroll: true });
}
