// What a person writes into the conversation appears while the page is open, once a person was asked for.

import { keepingEnd } from "./scrolling.js";
import { nodesOf } from "./text.js";

const PAUSE = 4_000;
const MOST_UNANSWERED = 150;

export class Person {
  #page;
  #last;
  #listening = false;

  constructor(page) {
    this.#page = page;
    this.#last = Number(page.dataset.lastMessage);
    if ("handedOver" in page.dataset) this.listen();
  }

  // Until the person hands back, or nobody came for ten minutes.
  async listen() {
    if (this.#listening) return;
    this.#listening = true;
    let standing = false;
    for (let tries = 0; standing || tries < MOST_UNANSWERED; tries++) {
      await new Promise((wake) => setTimeout(wake, PAUSE));
      if (document.hidden) continue;
      const told = await this.#told();
      if (!told) continue;
      for (const message of told.messages) this.#show(message);
      if (standing && !told.handed_over) break;
      standing = told.handed_over;
    }
    this.#listening = false;
  }

  async #told() {
    try {
      const response = await fetch(`/api/chat/${this.#page.dataset.conversation}/messages?after=${this.#last}`);
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  #show({ id, text, person }) {
    const keepEnd = keepingEnd();
    const message = document.querySelector("[data-template=message]").content.firstElementChild.cloneNode(true);
    message.id = `message-${id}`;
    if (person) message.querySelector("[data-slot=person]").textContent = person;
    message.querySelector("[data-slot=text]").replaceChildren(...nodesOf(text, message.id));
    this.#page.querySelector("[data-log]").append(message);
    this.#page.querySelector("[data-announcer]").textContent = text;
    this.#last = id;
    keepEnd();
  }
}
