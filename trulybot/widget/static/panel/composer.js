// The box a question is typed into: Enter sends, Shift+Enter breaks the line, and it grows with its text.

import { button, h } from "./dom.js";

const LONGEST = 2000;
const NEAR_THE_LIMIT = 200;

export function composerFor(say, ask, stopped) {
  const left = h("p.left", { id: "left" });
  const text = h("textarea.text", {
    id: "question", rows: 1, maxlength: LONGEST, dir: "auto", enterkeyhint: "send",
    placeholder: say("ask"), "aria-label": say("question"), "aria-describedby": "left",
    onkeydown: pressed, oninput: typed,
  });
  const send = button("sign.send", say("send"), null, "send");
  const stop = button("sign.stop", say("stop"), stopped, "stop");
  const element = h("form.composer", { onsubmit: submitted }, text, send, stop, left);
  send.type = "submit";
  stop.hidden = true;
  return { element, focus, set isBusy(busy) { swap(busy); } };

  function focus() {
    text.focus({ preventScroll: true });
  }

  function swap(isBusy) {
    const wasUsed = element.matches(":focus-within");
    send.hidden = isBusy;
    stop.hidden = !isBusy;
    if (wasUsed) focus();
  }

  function submitted(event) {
    event.preventDefault();
    const question = text.value.trim();
    if (!question || send.hidden) return;
    text.value = "";
    typed();
    ask(question);
  }

  function pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    element.requestSubmit();
  }

  // The style sheet lays out the same text behind the box, which gives the box its height.
  function typed() {
    const { value } = text;
    const rest = LONGEST - value.length;
    element.dataset.text = value;
    left.textContent = rest < NEAR_THE_LIMIT ? say("left", { n: rest }) : "";
  }
}
