// One question and its answer, painted at most once a frame while it is written.

import { actions } from "./actions.js";
import { h, link } from "./dom.js";
import { markdown } from "./markdown.js";

const UNRATED = [null, "greeting", "handover"];

export class Turn {
  element;
  id;
  #room;
  #text = "";
  #answer = h("div.prose", { dir: "auto" });
  #why = h("span");
  #wait = h("p.wait", null, h("i"), h("i"), h("i"), this.#why);
  #citations = null;
  #painting = 0;

  constructor(question, room) {
    this.#room = room;
    this.element = h("article.turn", { "aria-busy": true },
      h("p.asked", { dir: "auto" }, h("span.unseen", null, room.say("you_asked")), question), this.#answer, this.#wait);
  }

  /** One that is long done. */
  static told({ turn, question, answer, kind, state, citations, vote }, room) {
    const told = new Turn(question, room);
    told.id = turn;
    told.#text = answer;
    told.cite(citations);
    told.end(kind, vote);
    if (state === "interrupted") told.cut(h("p.cut", null, room.say("interrupted")));
    return told;
  }

  get isOpen() {
    return this.element.hasAttribute("aria-busy");
  }

  /** The answer as it is read aloud. */
  get plain() {
    return this.#text.replace(/\[\d+\]|[*`#|]/g, "");
  }

  add(text) {
    this.#text += text;
    this.#wait.remove();
    this.#painting ||= requestAnimationFrame(() => this.#paint());
  }

  cite(citations) {
    this.#citations = citations;
  }

  /** It goes on later; `sentence` says why. */
  wait(sentence) {
    this.#why.textContent = sentence;
    this.element.append(this.#wait);
  }

  end(kind, vote) {
    const sources = this.#citations?.map(({ n, title }) => this.#link("a.source", n, h("span", { dir: "auto" }, title)));
    this.cut(sources?.length && h("p.sources", null, ...sources),
      !UNRATED.includes(kind) && actions(this.#room, this.id, this.#text.replace(/ ?\[\d+\]/g, ""), vote));
  }

  /** Ends it here; what is given says why, and what can be done. */
  cut(...elements) {
    cancelAnimationFrame(this.#painting);
    this.#paint();
    this.#wait.remove();
    this.element.removeAttribute("aria-busy");
    this.element.append(...elements.filter(Boolean));
  }

  // What has not changed stays as it is, and with it a selection or the focus in it.
  #paint() {
    this.#painting = 0;
    const now = this.#answer.childNodes;
    const next = [...markdown(this.#text, (n) => this.#link("a.cite", n), this.#room.inPlace).childNodes];
    next.forEach((node, place) => {
      if (!now[place]) this.#answer.append(node);
      else if (!node.isEqualNode(now[place])) now[place].replaceWith(node);
    });
    while (now[next.length]) now[next.length].remove();
  }

  // None where the answer is whole and names no such source.
  #link(name, n, title) {
    const { title: of, quote, url } = this.#citations?.find((citation) => citation.n === n) ?? {};
    if (this.#citations && !quote) return null;
    const { say, card } = this.#room;
    const opener = h(name, {
      href: url ?? "#", "aria-label": title ? null : say("source", { n, title: of ?? "" }), "aria-expanded": false,
      onclick: (event) => {
        event.preventDefault();
        if (quote) card.toggle(opener, h("strong", { dir: "auto" }, of), h("blockquote", { dir: "auto" }, quote), url && link(url, say("open_page")));
      },
    }, h("b", null, n), title && " ", title);
    return opener;
  }
}
