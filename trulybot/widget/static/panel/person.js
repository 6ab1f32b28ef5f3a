// A person who answers in the bot's place: who it is, and their words as they come.

import { h, sign } from "./dom.js";
import { markdown } from "./markdown.js";

const PAUSE = 4_000; // ms between looks
const PAUSE_AWAY = 20_000; // while the panel is closed, or nobody is awaited
const LONGEST_WAIT = 600_000; // for somebody to come

export function personIn({ say, announce, unread, transcript, conversation, inPlace, isAway }) {
  const banner = h("p.person", { role: "status", hidden: "" });
  let last = 0;
  let until = 0;
  let isSought = false;
  let timer;
  return { banner, expect, back, leave, show, stand };

  /** Looks until they hand back, or nobody has come: often where somebody `isAwaited`, and else now and then. */
  function expect(isAwaited) {
    isSought = isAwaited || !banner.hidden;
    until = Date.now() + LONGEST_WAIT;
    lookLater();
  }

  /** The visitor is back at the panel, and need not wait as long as one who is away. */
  function back() {
    if (Date.now() < until) look();
  }

  function leave() {
    last = until = 0;
    stand({});
  }

  function show({ id, text, person }) {
    last = id;
    transcript.add(h("article.said", null,
      h("p.by", { dir: "auto" }, sign("leave"), named(person)), h("div.prose", { dir: "auto" }, markdown(text, () => null, inPlace))));
  }

  /** The banner is a status: it is written only when it changes, or else it would be read aloud again and again. */
  function stand({ handed_over: isThere, person }) {
    const isNew = isThere && banner.hidden;
    banner.hidden = !isThere;
    if (isNew) banner.replaceChildren(sign("leave"), say("person_answers", { name: named(person) }));
  }

  // Whoever has chosen no name for visitors.
  function named(person) {
    return person ?? say("a_person");
  }

  function lookLater() {
    clearTimeout(timer);
    timer = setTimeout(look, isSought && !isAway() ? PAUSE : PAUSE_AWAY);
  }

  async function look() {
    clearTimeout(timer);
    const isIdle = document.hidden || (!isSought && isAway());
    const told = !isIdle && (await conversation.messages(last).catch(() => null));
    if (told && until) tell(told);
    if (Date.now() < until) lookLater();
  }

  function tell(told) {
    const wasThere = !banner.hidden;
    stand(told);
    isSought ||= told.handed_over;
    if (wasThere) until = told.handed_over ? Date.now() + LONGEST_WAIT : 0;
    // Two looks may be under way at once, and be told the same.
    for (const message of told.messages.filter(({ id }) => id > last)) {
      show(message);
      announce(message.text);
      unread();
    }
  }
}
