// One question on its way: posted once, then followed to its end through however many cuts of the line.

import { eventsIn } from "./events.js";
import { sentence } from "./saying.js";

const TRIES = 8;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

export class Refused extends Error {}
class Lost extends Error {}

// Not randomUUID, which pages over plain HTTP do not have.
export function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

export class Asking {
  #conversation;
  #turn = null;
  #lastEvent = "0";
  #ended = false;
  #csrf;
  #stop = new AbortController();

  constructor({ conversation, turn = null, csrf }) {
    this.#conversation = conversation;
    this.#turn = turn;
    this.#csrf = csrf;
  }

  // The answer ends here, and not only the reading of it. If that does not arrive, the rest is there after a reload.
  stop() {
    this.#stop.abort();
    if (this.#turn && !this.#ended) {
      fetch(this.#stream, { method: "DELETE", headers: { "X-CSRF-Token": this.#csrf }, keepalive: true }).catch(() => {});
    }
  }

  // Yields the answer's events. Throws Refused, whose message is for the person.
  async *ask(question, key) {
    yield* this.#read(await this.#fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRF-Token": this.#csrf },
      body: JSON.stringify({ question, ...(this.#conversation && { conversation: this.#conversation }) }),
    }));
    yield* this.follow();
  }

  async *follow() {
    for (let attempt = 0; !this.#ended && !this.#stop.signal.aborted; attempt++) {
      if (!this.#turn || attempt === TRIES) throw new Refused(sentence("lost"));
      await this.#pause(attempt);
      const before = this.#lastEvent;
      try {
        yield* this.#read(await this.#fetch(this.#stream, {
          headers: { "Last-Event-ID": this.#lastEvent },
        }));
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
      }
      if (this.#lastEvent !== before) attempt = 0;
    }
  }

  get #stream() {
    return `/api/chat/${this.#conversation}/turns/${this.#turn}/stream`;
  }

  async *#read(response) {
    try {
      for await (const event of eventsIn(response)) {
        this.#lastEvent = event.id || this.#lastEvent;
        if (event.type === "turn") [this.#conversation, this.#turn] = [event.data.conversation, event.data.turn];
        if (event.type === "done" || event.type === "error") this.#ended = true;
        yield event;
        if (this.#ended) return;
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  async #fetch(address, options) {
    let response;
    try {
      response = await fetch(address, { ...options, headers: { Accept: "text/event-stream", ...options.headers }, signal: this.#stop.signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (this.#turn) throw new Lost();
      throw new Refused(sentence(navigator.onLine ? "unreached" : "offline"));
    }
    if (response.ok) return response;
    if (response.status >= 502 && this.#turn) throw new Lost();
    const problem = await response.json().catch(() => ({}));
    throw new Refused(problem.detail ?? sentence("failed", response.status));
  }

  async #pause(attempt) {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.75 + Math.random() / 2);
    await new Promise((wake) => {
      setTimeout(wake, wait);
      this.#stop.signal.addEventListener("abort", wake, { once: true });
    });
    if (!navigator.onLine) await new Promise((wake) => window.addEventListener("online", wake, { once: true }));
  }
}
