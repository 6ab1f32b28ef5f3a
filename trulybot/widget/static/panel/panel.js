// The panel on a stranger's page: a dialog beside the page, and over it on a phone.

import { h } from "./dom.js";
import { furnish } from "./furnish.js";
import { styles } from "./styles.js";

const PHONE = "(max-width: 480px), (max-height: 480px)";

// Public is what the entry calls, most of it for the page around: TrulyBot("reset") and so on.
class Panel {
  #shell;
  #room;
  #dialog = h("dialog.panel", {
    role: "dialog", part: "panel", "aria-labelledby": "name",
    onkeydown: (event) => event.key === "Escape" && this.#escaped(event),
    oncancel: (event) => this.#escaped(event),
  });
  #phone = matchMedia(PHONE);
  #gone = new AbortController();
  #unread = 0;

  constructor(shell, config) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shell.root.adoptedStyleSheets.push(sheet);
    shell.root.append(this.#dialog);
    this.#dialog.style.setProperty("--offset", `${shell.settings.offset}px`);
    this.#shell = shell;
    this.#room = furnish(shell, config, this.#dialog, () => this.#missed());
    this.#phone.onchange = () => this.#dialog.open && this.#present();
    for (const moved of ["resize", "scroll"]) visualViewport.addEventListener(moved, () => this.#fit(), this.#gone);
  }

  /** Quietly: without taking the focus. */
  open(quietly) {
    this.#fit();
    this.#present();
    this.#unread = 0;
    this.#shell.emit("open");
    this.#room.person.back();
    if (!quietly) this.focus();
  }

  focus() {
    this.#room.focus();
  }

  close() {
    if (!this.#dialog.open) return;
    this.#dialog.close();
    this.#shell.emit("close");
  }

  asked(question) {
    this.#room.talk.ask(question);
  }

  identify(visitor) {
    this.#room.conversation.identify(visitor);
  }

  context(page) {
    this.#room.conversation.context = page;
  }

  reset() {
    this.#room.talk.fresh();
  }

  destroy() {
    this.#gone.abort();
    this.#room.person.leave();
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
    if (event.isComposing || this.#room.card.isOpen) return;
    event.preventDefault();
    this.#shell.close();
  }

  #missed() {
    if (!this.#dialog.open) this.#shell.emit("unread", { count: ++this.#unread });
  }
}

export function mount(shell, config) {
  return new Panel(shell, config);
}
