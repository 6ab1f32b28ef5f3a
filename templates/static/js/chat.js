// The chat page: asks without leaving it, and shows the answer as it is written.

import { Alert } from "./alert.js";
import { Asking, Refused, newKey } from "./asking.js";
import { Composer } from "./composer.js";
import { invite, isDue } from "./lead.js";
import { Person } from "./person.js";
import { sentence } from "./saying.js";
import { keepingEnd } from "./scrolling.js";
import "./sources.js";
import { Turn } from "./turn.js";

class Chat {
  #page;
  #composer;
  #alert;
  #person;
  #asking = null;
  #again = null;

  constructor(page) {
    this.#page = page;
    this.#composer = new Composer(this.#find("[data-composer]"), (question) => this.#ask(question));
    this.#composer.stopped(() => this.#asking?.stop());
    this.#alert = new Alert(this.#find("[data-alert]"), () => this.#askAgain());
    this.#find("[data-welcome]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(event.submitter.value);
    });
    this.#person = new Person(page);
    const unfinished = page.querySelector("[data-unfinished]");
    if (unfinished) this.#resume(new Turn(unfinished));
    scrollTo(0, document.body.scrollHeight);
  }

  async #ask(question, key = newKey()) {
    this.#alert.clear();
    this.#find("[data-welcome]")?.remove();
    this.#find("[data-fresh]").hidden = false;
    const turn = Turn.of(question);
    this.#find("[data-log]").append(turn.element);
    scrollTo(0, document.body.scrollHeight);
    this.#composer.text = "";
    this.#asking = new Asking(this.#page.dataset);
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
    this.#asking = new Asking({ ...this.#page.dataset, turn: turn.element.id });
    this.#show(turn, this.#asking.follow());
  }

  // The sentence of a refusal, if it came to one.
  async #show(turn, events) {
    this.#composer.isBusy = true;
    let ended = false;
    try {
      for await (const { type, data } of events) {
        if (type === "turn") [turn.element.id, this.#page.dataset.conversation] = [data.turn, data.conversation];
        if (type === "token") turn.add(data.text, keepingEnd());
        if (type === "citations") turn.cite(data.citations);
        if (type === "error") throw new Refused(data.detail);
        if (type === "done") ended = this.#end(turn, data);
      }
      if (!ended) turn.cut(sentence("stopped"));
    } catch (error) {
      if (error.name === "AbortError") return void turn.cut(sentence("stopped"));
      turn.cut("");
      this.#alert.say(error instanceof Refused ? error.message : sentence("broken"));
      return error.message;
    } finally {
      this.#composer.isBusy = false;
      this.#asking = null;
      this.#composer.focus();
    }
  }

  #end(turn, { kind, lead }) {
    const keepEnd = keepingEnd();
    turn.end(kind);
    const asked = lead ?? (isDue(this.#page) && { fields: {} });
    if (asked) invite(this.#find("[data-lead-place]"), asked, this.#page.dataset.conversation);
    if (kind === "handover") this.#person.listen();
    keepEnd();
    this.#find("[data-announcer]").textContent = turn.text.replace(/\[\d+\]/g, "");
    return true;
  }

  #find(selector) {
    return this.#page.querySelector(selector);
  }
}

for (const page of document.querySelectorAll("[data-chat]")) new Chat(page);
