// j and k go down and up a list whose rows are links, Enter opens one, and / goes to the search.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === "/") return go(event, document.querySelector("[data-search]"));
  const step = { j: 1, k: -1 }[event.key];
  const rows = [...document.querySelectorAll("[data-keys] a.row-link")];
  if (!step || rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.ariaCurrent === "true");
  go(event, rows[Math.min(rows.length - 1, Math.max(0, from + step))]);
});

function go(event, element) {
  if (!element?.checkVisibility()) return;
  event.preventDefault();
  element.focus();
}
