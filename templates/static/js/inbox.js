// The inbox while it is open: it follows what changes, moves by j and k, and tells of wishes for a person if asked to.

import { refresh } from "./fresh.js";
import "./keys.js";
import { Notifier } from "./notify.js";

const AGAIN = 15_000; // ms
const CALM = 400; // ms: what changes at once is fetched at once

class Inbox {
  #page;
  #notifier;
  #events = null;
  #waiting = 0;
  #seen = "";

  constructor(page) {
    this.#page = page;
    this.#notifier = new Notifier(page);
    this.#seen = page.dataset.live;
    document.addEventListener("visibilitychange", () => this.#look());
    this.#notifier.changed(() => this.#look());
    page.querySelector(".talk:has([aria-current])")?.scrollIntoView({ block: "nearest" });
    for (const form of page.querySelectorAll("[data-reply]")) this.#sendsByKey(form);
    this.#look();
  }

  // A hidden page follows only for whoever wants to be told: browsers keep few connections open.
  #look() {
    const wanted = !document.hidden || this.#notifier.isOn;
    if (wanted && !this.#events) this.#follow();
    if (!wanted && this.#events) {
      this.#events.close();
      this.#events = null;
    }
    if (!document.hidden && this.#waiting) this.#refreshSoon();
  }

  // A browser comes back by itself after a cut, but not after a refusal, such as a proxy's while the server starts.
  #follow() {
    this.#events = new EventSource(this.#seen);
    this.#events.addEventListener("error", () => {
      if (this.#events?.readyState !== EventSource.CLOSED) return;
      this.#events = null;
      setTimeout(() => this.#look(), AGAIN);
    });
    this.#events.addEventListener("change", (event) => {
      const changed = JSON.parse(event.data);
      this.#seen = this.#seen.replace(/after=\d+/, `after=${event.lastEventId}`);
      this.#notifier.tell(changed);
      this.#refreshSoon();
    });
    this.#events.addEventListener("presence", () => this.#refreshSoon());
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
