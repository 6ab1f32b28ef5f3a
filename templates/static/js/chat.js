// The chat page: asks without leaving it, and shows the answer as it is written.

import { Asking, Refused } from "./asking.js";
import { Composer } from "./composer.js";
import { Turn } from "./turn.js";

const NEAR_THE_END = 120; // px

class Chat {
  #page;
  #composer;
  #asking = null;
  #again = null;

  constructor(page) {
    this.#page = page;
    this.#composer = new Composer(this.#find("[data-composer]"), (question) => this.#ask(question));
    this.#composer.stopped(() => this.#asking?.stop());
    this.#find("[data-again]").addEventListener("click", () => this.#askAgain());
    this.#find("[data-log]").addEventListener("click", (event) => this.#openSource(event));
    this.#find("[data-welcome]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(event.submitter.value);
    });
    const unfinished = page.querySelector("[data-unfinished]");
    if (unfinished) this.#resume(new Turn(unfinished));
    scrollTo(0, document.body.scrollHeight);
  }

  async #ask(question, key = crypto.randomUUID()) {
    this.#alert(null);
    this.#find("[data-welcome]")?.remove();
    this.#find("[data-fresh]").hidden = false;
    const turn = Turn.of(question);
    this.#find("[data-log]").append(turn.element);
    turn.element.scrollIntoView({ block: "end" });
    this.#composer.text = "";
    const { conversation, csrf } = this.#page.dataset;
    this.#asking = new Asking({ conversation, csrf });
    const refused = await this.#show(turn, this.#asking.ask(question, key));
    if (refused && !turn.text) {
      turn.element.remove();
      this.#composer.text = question;
    }
    if (refused) this.#again = { question, key, turn };
  }

  // The same key: if the first try did arrive, its own answer comes back.
  #askAgain() {
    const { question, key, turn } = this.#again;
    turn.element.remove();
    this.#ask(question, key);
  }

  #resume(turn) {
    turn.wait();
    const { conversation, csrf } = this.#page.dataset;
    this.#asking = new Asking({ conversation, turn: turn.element.id, csrf });
    this.#show(turn, this.#asking.follow());
  }

  // The sentence of a refusal, if it came to one.
  async #show(turn, events) {
    this.#composer.isBusy = true;
    let ended = false;
    try {
      for await (const { type, data } of events) {
        if (type === "turn") [turn.element.id, this.#page.dataset.conversation] = [data.turn, data.conversation];
        if (type === "token") turn.add(data.text, this.#keepingEnd());
        if (type === "citations") turn.cite(data.citations);
        if (type === "error") throw new Refused(data.detail);
        if (type === "done") ended = this.#end(turn, data.kind);
      }
      if (!ended) turn.cut("You stopped this answer here.");
    } catch (error) {
      if (error.name === "AbortError") return void turn.cut("You stopped this answer here.");
      turn.cut("");
      this.#alert(error instanceof Refused ? error.message : "This page failed. Reload it: your conversation is kept.");
      return error.message;
    } finally {
      this.#composer.isBusy = false;
      this.#asking = null;
      this.#composer.focus();
    }
  }

  #end(turn, kind) {
    const keepEnd = this.#keepingEnd();
    turn.end(kind);
    keepEnd();
    this.#find("[data-announcer]").textContent = turn.text.replace(/\[\d+\]/g, "");
    return true;
  }

  // Follows the answer down only if the reader was there already.
  #keepingEnd() {
    const left = document.documentElement.scrollHeight - innerHeight - scrollY;
    return () => { if (left < NEAR_THE_END) scrollTo(0, document.documentElement.scrollHeight); };
  }

  #openSource(event) {
    const source = event.target.closest(".cite") && document.getElementById(event.target.hash.slice(1));
    if (!source) return;
    event.preventDefault();
    source.open = true;
    source.firstElementChild.focus();
  }

  #alert(sentence) {
    const alert = this.#find("[data-alert]");
    alert.querySelector("[data-slot=sentence]").textContent = sentence ?? "";
    alert.hidden = !sentence;
    alert.querySelector("[data-again]").hidden = !sentence;
  }

  #find(selector) {
    return this.#page.querySelector(selector);
  }
}

for (const page of document.querySelectorAll("[data-chat]")) new Chat(page);
