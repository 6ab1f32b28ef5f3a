// The panel on a stranger's page: a dialog beside the page, and over it on a phone.

import { h } from "./dom.js";
import { furnish } from "./furnish.js";

const PHONE = "(max-width: 480px), (max-height: 480px)";

export class Panel {
  /** All that is in it. */
  room;
  #shell;
  #dialog = h("dialog.panel", {
    part: "panel", "aria-labelledby": "name",
    onkeydown: (event) => event.key === "Escape" && this.#escaped(event),
    oncancel: (event) => this.#escaped(event),
  });
  #phone = matchMedia(PHONE);
  #gone = new AbortController();
  #unread = 0;

  constructor(shell, config) {
    shell.root.append(this.#dialog);
    this.#shell = shell;
    this.room = furnish(shell, config, this.#dialog, () => this.#missed());
    this.#phone.onchange = () => this.#dialog.open && this.#present();
    for (const moved of ["resize", "scroll"]) visualViewport.addEventListener(moved, () => this.#fit(), this.#gone);
  }

  /** Quietly: without taking the focus. */
  open(quietly) {
    this.#fit();
    this.#present();
    this.#unread = 0;
    this.#shell.emit("open");
    this.room.person.back();
    if (!quietly) this.focus();
  }

  focus() {
    this.room.focus();
  }

  close() {
    if (!this.#dialog.open) return;
    this.#dialog.close();
    this.#shell.emit("close");
  }

  destroy() {
    this.#gone.abort();
    this.room.person.leave();
    this.#dialog.remove();
  }

  // Beside the page it takes nothing away from it; on a phone the page behind is out of reach.
  #present() {
    const { activeElement } = this.#shell.root;
    this.#dialog.close();
    if (this.#phone.matches) this.#dialog.showModal();
    else this.#dialog.setAttribute("open", "");
    activeElement?.focus({ preventScroll: true });
  }

  // On a phone the panel is what the keyboard leaves of the screen.
  #fit() {
    this.#dialog.style.setProperty("--seen", `${visualViewport.height}px`);
    this.#dialog.style.setProperty("--above", `${visualViewport.offsetTop}px`);
  }

  // Esc closes what was opened last.
  #escaped(event) {
    if (event.isComposing || this.room.card.isOpen) return;
    event.preventDefault();
    this.#shell.close();
  }

  #missed() {
    if (!this.#dialog.open) this.#shell.emit("unread", { count: ++this.#unread });
  }
}
