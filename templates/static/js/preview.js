// Shows in the frame what the form says before it is saved, and whether the colour can be read as it is.

import { contrast } from "./contrast.js";

const TRIED = ["accent", "mode", "position", "offset", "teaser", "locale", "hide_launcher", "consent", "privacy_url"];
const PAUSE = 400; // ms; nobody types a word slower
const VISIBLE = 3; // of a button on its ground, by WCAG 2.2
const PAPERS = ["#fefdfc", "#181613"];

const form = document.querySelector("[data-preview-form]");
const frame = document.querySelector("[data-preview]");
const hint = document.querySelector("[data-contrast]");
let waiting;

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PAUSE);
  tell();
});

function follow() {
  const chosen = new FormData(form);
  const tried = new URLSearchParams(TRIED.map((name) => [name, chosen.get(name) ?? ""]));
  frame.contentWindow.location.replace(`/widget/preview?${tried}`);
}

function tell() {
  const accent = new FormData(form).get("accent");
  const [onLight, onDark] = PAPERS.map((paper) => contrast(accent, paper) >= VISIBLE);
  hint.textContent = hint.dataset[onLight ? (onDark ? "both" : "light") : onDark ? "dark" : "neither"];
}

if (form && hint) tell();
