// A person who answers in the bot's place: who it is, and their words as they come.

import { h, sign } from "./dom.js";
import { markdown } from "./markdown.js";

const PAUSE = 4_000; // ms between looks
const PAUSE_AWAY = 20_000; // while the panel is closed, or nobody is awaited
const LONGEST_WAIT = 600_000; // for somebody to come

export class Person {
  banner = h("p.person", { role: "status", hidden: "" });
  #room;
  #last = 0;
  #until = 0;
  #isAwaited = false;
  #timer;

  constructor(room) {
    this.#room = room;
  }

  /** Looks until they hand back, or nobody has come: often where somebody `isAwaited`, and else now and then. */
  expect(isAwaited) {
    this.#isAwaited = isAwaited || !this.banner.hidden;
    this.#until = Date.now() + LONGEST_WAIT;
    this.#lookLater();
  }

  /** The visitor is back at the panel, and need not wait as long as one who is away. */
  back() {
    if (Date.now() < this.#until) this.#look();
  }

  leave() {
    this.#last = this.#until = 0;
    this.stand({});
  }

  show({ id, text, person }) {
    this.#last = id;
    this.#room.transcript.add(h("article.said", null,
      h("p.by", { dir: "auto" }, sign("leave"), this.#named(person)), h("div.prose", { dir: "auto" }, markdown(text, () => null, this.#room.inPlace))));
  }

  /** The banner is a status: it is written only when it changes, or else it would be read aloud again and again. */
  stand({ handed_over: isThere, person }) {
    const isNew = isThere && this.banner.hidden;
    this.banner.hidden = !isThere;
    if (isNew) this.banner.replaceChildren(sign("leave"), this.#room.say("person_answers", { name: this.#named(person) }));
  }

  // Whoever has chosen no name for visitors.
  #named(person) {
    return person ?? this.#room.say("a_person");
  }

  #lookLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), this.#isAwaited && !this.#room.isAway() ? PAUSE : PAUSE_AWAY);
  }

  async #look() {
    clearTimeout(this.#timer);
    const isIdle = document.hidden || (!this.#isAwaited && this.#room.isAway());
    const told = !isIdle && (await this.#room.conversation.messages(this.#last).catch(() => null));
    if (told && this.#until) this.#tell(told);
    if (Date.now() < this.#until) this.#lookLater();
  }

  #tell(told) {
    const wasThere = !this.banner.hidden;
    this.stand(told);
    this.#isAwaited ||= told.handed_over;
    if (wasThere) this.#until = told.handed_over ? Date.now() + LONGEST_WAIT : 0;
    // Two looks may be under way at once, and be told the same.
    for (const message of told.messages.filter(({ id }) => id > this.#last)) {
      this.show(message);
      this.#room.announce(message.text);
      this.#room.unread();
    }
  }
}
