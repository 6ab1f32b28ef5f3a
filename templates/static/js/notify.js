// A notification of the browser's when a visitor wants a person: only for whoever switched that on, on this computer.

const KEPT = "inbox:notify";

export class Notifier {
  #page;
  #button;
  #told = new Set();
  #changed = () => {};

  constructor(page) {
    this.#page = page;
    this.#button = page.querySelector("[data-notify]");
    if (!this.#button || !("Notification" in window)) return;
    this.#button.addEventListener("click", () => this.#switch());
    this.#show();
  }

  get isOn() {
    return Boolean(this.#button) && localStorage.getItem(KEPT) === "on" && Notification.permission === "granted";
  }

  changed(tell) {
    this.#changed = tell;
  }

  // The tag is the wish's own, so that of several open pages only one is heard.
  tell({ conversation, wanted_at, words }) {
    const tag = `${conversation}-${wanted_at}`;
    if (!wanted_at || !this.isOn || this.#told.has(tag)) return;
    this.#told.add(tag);
    const title = this.#page.querySelector("[data-wanted]").textContent;
    const notification = new Notification(title, { body: words ?? "", tag });
    notification.onclick = () => {
      window.focus();
      location.assign(`/inbox/${conversation}`);
    };
  }

  async #switch() {
    const on = !this.isOn && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(KEPT, on ? "on" : "off");
    this.#show();
    this.#changed();
  }

  #show() {
    this.#button.ariaPressed = String(this.isOn);
  }
}
