// The conversation as it is read: it stays at its end for a reader who is there, and for no other.

import { button, h } from "./dom.js";

const NEAR_THE_END = 48; // px

export class Transcript {
  element;
  #log = h("div.log");
  #newer;
  #isAtEnd = true;
  #top = 0;

  constructor(say, card) {
    this.#newer = button("newer", say("newer"), () => this.toEnd(), "newer");
    this.element = h("div.scroller", {
      role: "log", "aria-live": "off", "aria-label": say("conversation"), tabindex: 0, onscroll: () => this.#scrolled(card),
    }, this.#log, this.#newer);
    this.toEnd();
    const sizes = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    sizes.observe(this.#log);
    sizes.observe(this.element);
  }

  add(element) {
    this.#log.append(element);
    this.grew();
  }

  /** Tells a reader who is elsewhere that there is more to read. */
  grew() {
    this.#newer.hidden = this.#isAtEnd;
  }

  begin(welcome) {
    this.#log.replaceChildren();
    this.element.prepend(welcome);
    this.toEnd();
  }

  /** Where nothing is said yet, the welcome is read from its beginning. */
  toEnd() {
    this.element.scrollTop = this.#log.firstChild ? this.element.scrollHeight : 0;
    this.#isAtEnd = this.#newer.hidden = true;
  }

  #scrolled(card) {
    if (this.element.contains(card.element)) card.hide();
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    // Only who scrolls up leaves the end: what was added since is not the reader's doing.
    this.#isAtEnd = isNear || (this.#isAtEnd && scrollTop >= this.#top);
    this.#top = scrollTop;
    if (this.#isAtEnd) this.grew();
  }
}
