// Says beside the colour whether it can be seen as it is.

import { contrast } from "./contrast.js";

const VISIBLE = 3; // of a button on its ground, by WCAG 2.2
const PAPERS = ["#fefdfc", "#181613"];

const hint = document.querySelector("[data-contrast]");
const colour = document.getElementById("accent");

function tell() {
  const [onLight, onDark] = PAPERS.map((paper) => contrast(colour.value, paper) >= VISIBLE);
  hint.textContent = hint.dataset[onLight ? (onDark ? "both" : "light") : onDark ? "dark" : "neither"];
}

if (hint && colour) {
  colour.addEventListener("input", tell);
  tell();
}
