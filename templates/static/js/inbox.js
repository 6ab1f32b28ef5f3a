// The inbox while it is open: it follows what changes, moves by j and k, and tells of wishes for a person if asked to.

import { Following } from "./following.js";
import { refresh } from "./fresh.js";
import "./keys.js";
import { Notifier } from "./notify.js";

const CALM = 400; // ms: what changes at once is fetched at once

class Inbox {
  #page;
  #notifier;
  #following;
  #waiting = 0;

  constructor(page) {
    this.#page = page;
    this.#notifier = new Notifier(page);
    this.#following = new Following(page.dataset.live, (event) => this.#heard(event), () => this.#notifier.isOn);
    document.addEventListener("visibilitychange", () => !document.hidden && this.#waiting && this.#refreshSoon());
    this.#notifier.changed(() => this.#following.look());
    page.querySelector(".talk:has([aria-current])")?.scrollIntoView({ block: "nearest" });
    for (const form of page.querySelectorAll("[data-reply]")) this.#sendsByKey(form);
  }

  #heard(event) {
    if (event.type === "change") this.#notifier.tell(JSON.parse(event.data));
    this.#refreshSoon();
  }

  #refreshSoon() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(async () => {
      if (document.hidden) return;
      this.#waiting = 0;
      const before = this.#said;
      await refresh(this.#page);
      for (const form of this.#page.querySelectorAll("[data-reply]")) this.#sendsByKey(form);
      if (this.#said > before) this.#announce();
    }, CALM);
  }

  get #said() {
    return Number(this.#page.querySelector("[data-said]")?.dataset.said ?? 0);
  }

  #announce() {
    const announcer = this.#page.querySelector("[data-announcer]");
    announcer.textContent = "";
    announcer.textContent = announcer.dataset.new;
  }

  #sendsByKey(form) {
    form.elements.text.onkeydown = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    };
  }
}

for (const page of document.querySelectorAll("[data-inbox]")) new Inbox(page);
