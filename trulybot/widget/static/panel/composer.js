// The box a question is typed into: Enter sends, Shift+Enter breaks the line, and it grows with its text.

import { button, h } from "./dom.js";

const LONGEST = 2000;
const NEAR_THE_LIMIT = 200;

export class Composer {
  element;
  #say;
  #text;
  #left = h("p.left", { id: "left" });
  #send;
  #stop;

  constructor(say, ask, stop) {
    this.#say = say;
    this.#text = h("textarea.text", {
      id: "question", rows: 1, maxlength: LONGEST, dir: "auto", enterkeyhint: "send",
      placeholder: say("ask"), "aria-describedby": "left",
      onkeydown: (event) => this.#pressed(event),
      oninput: () => this.#typed(),
    });
    this.#send = button("sign.send", say("send"), null, "send");
    this.#send.type = "submit";
    this.#stop = button("sign.stop", say("stop"), stop, "stop");
    this.element = h("form.composer", { onsubmit: (event) => this.#submitted(event, ask) },
      h("label.unseen", { for: "question" }, say("question")), this.#text, this.#send, this.#stop, this.#left);
    this.isBusy = false;
  }

  set isBusy(busy) {
    const wasUsed = this.element.matches(":focus-within");
    this.#send.hidden = busy;
    this.#stop.hidden = !busy;
    if (wasUsed) this.focus();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  #submitted(event, ask) {
    event.preventDefault();
    const question = this.#text.value.trim();
    if (!question || this.#send.hidden) return;
    this.#text.value = "";
    this.#typed();
    ask(question);
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  // The style sheet lays out the same text behind the box, which gives the box its height.
  #typed() {
    const { value } = this.#text;
    const left = LONGEST - value.length;
    this.element.dataset.text = value;
    this.#left.textContent = left < NEAR_THE_LIMIT ? this.#say("left", { n: left }) : "";
  }
}
