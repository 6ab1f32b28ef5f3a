// Shows in the frame what the form says before it is saved.

const TRIED = ["accent", "mode", "position", "offset", "teaser", "locale"];
const PAUSE = 400; // ms; nobody types a word slower

const form = document.querySelector("[data-preview-form]");
const frame = document.querySelector("[data-preview]");
let waiting;

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const chosen = new FormData(form);
    const tried = new URLSearchParams(TRIED.map((name) => [name, chosen.get(name)]));
    frame.contentWindow.location.replace(`/widget/preview?${tried}`);
  }, PAUSE);
});
