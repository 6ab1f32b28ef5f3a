// A small card that opens at what was pressed and closes by Esc, by a press elsewhere, or by a press on the same again.

import { h } from "./dom.js";

const GAP = 8;

export class Card {
  element = h("div.slip", { popover: "auto", onbeforetoggle: ({ newState }) => newState === "closed" && this.#closing() });
  #by = null;

  get isOpen() {
    return this.element.matches(":popover-open");
  }

  /** A press that has just dismissed the card by itself does not open it again. */
  toggle(by, ...content) {
    const isSame = by === this.#by;
    this.hide();
    if (isSame) return;
    this.#by = by;
    by.setAttribute("aria-expanded", true);
    by.after(this.element);
    this.fill(...content);
  }

  fill(...content) {
    this.element.replaceChildren(...content.filter(Boolean));
    this.element.showPopover();
    this.#place();
  }

  hide() {
    this.element.hidePopover();
  }

  // The press that dismisses is heard by what was pressed a moment later.
  #closing() {
    this.#by.setAttribute("aria-expanded", false);
    if (this.element.matches(":focus-within")) this.#by.focus();
    setTimeout(() => { if (!this.isOpen) this.#by = null; });
  }

  // Below what was pressed if there is room, else above; never out of the panel.
  #place() {
    const by = this.#by.getBoundingClientRect();
    const edge = this.#by.closest(".panel").getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const top = by.bottom + GAP + height < edge.bottom ? by.bottom + GAP : Math.max(GAP, by.top - GAP - height);
    const left = Math.max(edge.left + GAP, Math.min(by.left - GAP, edge.right - GAP - width));
    this.element.style.translate = `${left}px ${top}px`;
  }
}
