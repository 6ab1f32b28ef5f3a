// One question and its answer on the page, from the server's own <template>. Text only ever enters as text.

import { nodesOf } from "./text.js";

export class Turn {
  #text = "";
  #painting = 0;

  constructor(element) {
    this.element = element;
  }

  static of(question) {
    const turn = new Turn(clone("turn"));
    turn.element.removeAttribute("id");
    turn.#slot("question").textContent = question;
    turn.wait();
    return turn;
  }

  get text() {
    return this.#text;
  }

  // A turn followed anew is told again from its first event.
  wait() {
    this.#text = "";
    this.element.querySelector("[data-slot=note]")?.remove();
    this.element.setAttribute("aria-busy", "true");
    this.#slot("answer").replaceChildren(clone("waiting"));
  }

  add(text, painted) {
    this.#text += text;
    this.#painting ||= requestAnimationFrame(() => {
      this.#paint();
      painted();
    });
  }

  cite(citations) {
    const list = this.#slot("sources");
    list.replaceChildren(...citations.map((citation) => this.#source(citation)));
    list.hidden = citations.length === 0;
  }

  end(kind) {
    this.#paint();
    this.element.removeAttribute("aria-busy");
    this.element.dataset.kind = kind ?? "";
  }

  cut(sentence) {
    this.end();
    if (!sentence) return;
    const note = document.createElement("p");
    note.className = "turn-note";
    note.textContent = sentence;
    this.#slot("answer").append(note);
  }

  #paint() {
    cancelAnimationFrame(this.#painting);
    this.#painting = 0;
    this.#slot("answer").replaceChildren(...nodesOf(this.#text, this.element.id));
  }

  #source({ n, title, url, quote }) {
    const item = clone("source");
    const fill = (name, text) => { item.querySelector(`[data-slot=${name}]`).textContent = text; };
    item.querySelector("details").id = `${this.element.id}-source-${n}`;
    fill("number", n);
    fill("title", title);
    fill("quote", quote);
    const link = item.querySelector("[data-slot=link]");
    link.hidden = !/^https?:\/\//.test(url ?? "");
    if (!link.hidden) link.href = url;
    return item;
  }

  #slot(name) {
    return this.element.querySelector(`[data-slot=${name}]`);
  }
}

function clone(name) {
  return document.querySelector(`[data-template=${name}]`).content.firstElementChild.cloneNode(true);
}
