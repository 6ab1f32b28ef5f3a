// One question at a time: asked, followed to its end, and what went wrong said where it happened.

import { button, h } from "./dom.js";
import { notice } from "./notice.js";
import { Turn } from "./turn.js";

const USELESS_AGAIN = ["not_allowed", "over_quota"];

export class Talk {
  #room;
  #turn = null;

  constructor(room) {
    this.#room = room;
  }

  get isEmpty() {
    return this.#room.welcome.isConnected;
  }

  begin() {
    this.#room.transcript.begin(this.#room.welcome);
    this.#room.leads.begin();
  }

  /** What was said before, on this page or another. */
  tell({ turns, messages, ...standing }) {
    const { conversation, transcript, person } = this.#room;
    const said = [...turns, ...messages].sort((one, other) => (one.asked_at ?? one.sent_at) - (other.asked_at ?? other.sent_at));
    for (const one of said) {
      if (!one.turn) person.show(one);
      else if (one.state === "running") this.#follow(one.question, (hear) => conversation.resume(one.turn, hear));
      else transcript.add(Turn.told(one, this.#room).element);
    }
    person.stand(standing);
    person.expect(standing.handed_over || turns.at(-1)?.kind === "handover");
    transcript.toEnd();
  }

  async ask(question) {
    const { conversation, welcome, restored } = this.#room;
    await restored;
    if (this.#turn) return;
    welcome.remove();
    this.#follow(question, (hear) => conversation.ask(question, hear));
  }

  async fresh() {
    const { conversation, person } = this.#room;
    if (this.#turn) await conversation.stop();
    conversation.reset();
    person.leave();
    this.begin();
  }

  /** Erases the conversation on both sides, and says what of the visitor is left. */
  async forget() {
    const { conversation, transcript, say, announce } = this.#room;
    try {
      const { lead_stays: leadStays } = await conversation.forget();
      await this.fresh();
      const sentence = say(leadStays ? "deleted_but_lead" : "deleted");
      transcript.add(h("p.cut", null, sentence));
      announce(sentence);
    } catch (failure) {
      transcript.add(notice(failure.sentence, []));
    }
  }

  async #follow(question, listen) {
    const { transcript, composer, say } = this.#room;
    const turn = (this.#turn = new Turn(question, this.#room));
    transcript.add(turn.element);
    transcript.toEnd();
    composer.isBusy = true;
    try {
      await listen(this.#hearing(turn));
      if (turn.isOpen) turn.cut(h("p.cut", null, say("stopped"), " ", this.#again("link", turn, question)));
    } catch (failure) {
      turn.cut(this.#failed(failure, turn, question));
    }
    this.#turn = null;
    composer.isBusy = false;
  }

  #hearing(turn) {
    return {
      turn: ({ turn: id }) => { turn.id = id; },
      token: (text) => { turn.add(text); this.#room.transcript.grew(); },
      citations: (citations) => turn.cite(citations),
      waiting: (sentence) => turn.wait(sentence),
      done: ({ kind, lead }) => this.#done(turn, kind, lead),
    };
  }

  #done(turn, kind, lead) {
    const { announce, leads, person, transcript, unread } = this.#room;
    turn.end(kind);
    announce(turn.plain);
    transcript.grew();
    unread();
    person.expect(kind === "handover");
    leads.answered(lead);
  }

  #failed(failure, turn, question) {
    const { say, leads } = this.#room;
    const offers = [];
    if (!USELESS_AGAIN.includes(failure.kind)) offers.push(this.#again("button", turn, question));
    if (leads.isThere) offers.push(button("link", say("leave"), () => leads.request()));
    return notice(failure.sentence, offers, failure.retryAfter);
  }

  #again(name, turn, question) {
    return button(name, this.#room.say("again"), () => {
      if (this.#turn) return;
      turn.element.remove();
      this.ask(question);
    });
  }
}
