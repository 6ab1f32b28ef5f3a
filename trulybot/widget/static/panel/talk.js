// One question at a time: asked, followed to its end, and what went wrong said where it happened.

import { button, h } from "./dom.js";
import { notice } from "./notice.js";
import { Turn } from "./turn.js";

const USELESS_AGAIN = ["not_allowed", "over_quota"];

export function talkIn(room) {
  const { say, announce, unread, welcome, conversation, transcript, composer, leads, person } = room;
  let current = null;
  return { get isEmpty() { return welcome.isConnected; }, begin, tell, ask, fresh, forget };

  function begin() {
    transcript.begin(welcome);
    leads.begin();
  }

  /** What was said before, on this page or another. */
  function tell({ turns, messages, ...standing }) {
    const said = [...turns, ...messages].sort((one, other) => (one.asked_at ?? one.sent_at) - (other.asked_at ?? other.sent_at));
    for (const one of said) {
      if (!one.turn) person.show(one);
      else if (one.state === "running") follow(one.question, (hear) => conversation.resume(one.turn, hear));
      else transcript.add(Turn.told(one, room).element);
    }
    person.stand(standing);
    person.expect(standing.handed_over || turns.at(-1)?.kind === "handover");
    transcript.toEnd();
  }

  async function ask(question) {
    await room.restored;
    if (current) return;
    welcome.remove();
    follow(question, (hear) => conversation.ask(question, hear));
  }

  async function fresh() {
    if (current) await conversation.stop();
    conversation.reset();
    person.leave();
    begin();
  }

  /** Erases the conversation on both sides, and says what of the visitor is left. */
  async function forget() {
    try {
      const { lead_stays: leadStays } = await conversation.forget();
      await fresh();
      const sentence = say(leadStays ? "deleted_but_lead" : "deleted");
      transcript.add(h("p.cut", null, sentence));
      announce(sentence);
    } catch (failure) {
      transcript.add(notice(failure.sentence, []));
    }
  }

  async function follow(question, listen) {
    const turn = (current = new Turn(question, room));
    transcript.add(turn.element);
    transcript.toEnd();
    composer.isBusy = true;
    try {
      await listen(hearing(turn));
      if (turn.isOpen) turn.cut(h("p.cut", null, say("stopped"), " ", again("link", turn, question)));
    } catch (failure) {
      turn.cut(failed(failure, turn, question));
    }
    current = null;
    composer.isBusy = false;
  }

  function hearing(turn) {
    return {
      turn: ({ turn: id }) => { turn.id = id; },
      token: ({ text }) => { turn.add(text); transcript.grew(); },
      citations: ({ citations }) => turn.cite(citations),
      waiting: (sentence) => turn.wait(sentence),
      done: ({ kind, lead }) => {
        turn.end(kind);
        announce(turn.plain);
        transcript.grew();
        unread();
        person.expect(kind === "handover");
        leads.answered(lead);
      },
    };
  }

  function failed({ kind, sentence, retryAfter }, turn, question) {
    const offers = [];
    if (!USELESS_AGAIN.includes(kind)) offers.push(again("button", turn, question));
    if (leads.isThere) offers.push(button("link", say("leave"), leads.request));
    return notice(sentence, offers, retryAfter);
  }

  function again(name, turn, question) {
    return button(name, say("retry"), () => {
      if (current) return;
      turn.element.remove();
      ask(question);
    });
  }
}
