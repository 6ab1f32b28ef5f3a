// Everything in the panel, wired in one place.

import { Card } from "./card.js";
import { composerFor } from "./composer.js";
import { conversationWith } from "./conversation.js";
import { button, h, link } from "./dom.js";
import { leadsOf } from "./leads.js";
import { menu } from "./menu.js";
import { personIn } from "./person.js";
import { talkIn } from "./talk.js";
import { transcriptWith } from "./transcript.js";
import { greeting } from "./welcome.js";

/** What all parts share: {say, announce, conversation, transcript, composer, leads, person, talk, card, …}. */
export function furnish(shell, { bot, texts, dir, locale, lead_form: form, widget }, dialog, unread) {
  const say = (key, values) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const status = h("p.unseen", { role: "status" });
  const card = new Card();
  const ask = (question) => room.talk.ask(question);
  const room = {
    say, unread, card, memory: shell.memory, inPlace: widget.links === "same", transcript: transcriptWith(say, card), welcome: greeting(bot, say, ask),
    conversation: conversationWith(shell.base, shell.memory, (...told) => shell.emit(...told), say, locale),
    announce: (words) => { status.textContent = words; },
    isAway: () => !dialog.open,
    focus: () => (room.composer.element.inert ? room.leads : room.composer).focus(),
  };
  room.composer = composerFor(say, ask, () => room.conversation.stop());
  room.leads = leadsOf(form, room);
  room.person = personIn(room);
  room.talk = talkIn(room);

  dialog.lang = locale;
  dialog.dir = dir;
  dialog.append(
    h("div.head", null, h("h2", { id: "name", dir: "auto" }, bot.name),
      menu(card, say, () => acts(room, form)), button("sign", say("close"), () => shell.close(), "close")),
    room.person.banner, room.transcript.element,
    h("div", null, room.composer.element, h("p.foot", null, say("footnote"), " ", widget.privacy_url && link(widget.privacy_url, say("privacy")))),
    status);
  room.restored = restore(room);
  return room;
}

function acts({ talk, leads }, form) {
  return {
    fresh: talk.fresh,
    ...(form?.on_request && { leave: leads.request }),
    ...(!talk.isEmpty && { delete: talk.forget }),
  };
}

// The shape of what comes stands there meanwhile; the style sheet shows it only if it takes long.
async function restore({ conversation, transcript, talk }) {
  const skeleton = h("div.skeleton", null, h("i"), h("i"), h("i"));
  transcript.element.prepend(skeleton);
  const history = await conversation.restore().catch(() => null);
  skeleton.remove();
  if (history) talk.tell(history);
  else talk.begin();
}
