// While something on the page is about to change by itself, looks again every second or so.

import { refresh } from "./fresh.js";

const EVERY = 1200; // milliseconds

async function watch() {
  if (!document.querySelector("[data-changing]")) return;
  if (!document.hidden) await refresh();
  setTimeout(watch, EVERY);
}

setTimeout(watch, EVERY);
