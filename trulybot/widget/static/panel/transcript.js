// The conversation as it is read: it stays at its end for a reader who is there, and for no other.

import { button, h } from "./dom.js";

const NEAR_THE_END = 48; // px

export function transcriptWith(say, card) {
  const log = h("div.log");
  const newer = button("newer", say("newer"), toEnd, "send");
  const element = h("div.scroller", { role: "log", "aria-live": "off", "aria-label": say("conversation"), tabindex: 0, onscroll: scrolled }, log, newer);
  let isAtEnd = true;
  let top = 0;
  toEnd();
  // Who fills in a form in it is not moved away.
  const sizes = new ResizeObserver(() => isAtEnd && !log.matches(":focus-within") && toEnd());
  sizes.observe(log);
  sizes.observe(element);
  return { element, add, grew, begin, toEnd };

  function add(said) {
    log.append(said);
    grew();
  }

  /** Tells a reader who is elsewhere that there is more to read. */
  function grew() {
    newer.hidden = isAtEnd;
  }

  function begin(welcome) {
    log.replaceChildren();
    element.prepend(welcome);
    toEnd();
  }

  /** Where nothing is said yet, the welcome is read from its beginning. */
  function toEnd() {
    element.scrollTop = log.firstChild ? element.scrollHeight : 0;
    isAtEnd = newer.hidden = true;
  }

  function scrolled() {
    if (element.contains(card.element)) card.hide();
    const { scrollHeight, scrollTop, clientHeight } = element;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    // Only who scrolls up leaves the end: what was added since is not the reader's doing.
    isAtEnd = isNear || (isAtEnd && scrollTop >= top);
    top = scrollTop;
    if (isAtEnd) grew();
  }
}
