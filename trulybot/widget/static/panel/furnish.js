// Everything in the panel, wired in one place.

import { Card } from "./card.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { button, h } from "./dom.js";
import { Leads } from "./leads.js";
import { menu } from "./menu.js";
import { Person } from "./person.js";
import { Talk } from "./talk.js";
import { Transcript } from "./transcript.js";
import { greeting } from "./welcome.js";

/** What all parts share: {say, announce, conversation, transcript, composer, leads, person, talk, card, …}. */
export function furnish(shell, { bot, texts, dir, locale, lead_form: form, widget }, dialog, unread) {
  const say = (key, values) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const status = h("p.unseen", { role: "status" });
  const card = new Card();
  const ask = (question) => room.talk.ask(question);
  const room = {
    say, unread, card, memory: shell.memory, inPlace: widget.links === "same", transcript: new Transcript(say, card), welcome: greeting(bot, say, ask),
    conversation: new Conversation(shell.base, shell.memory, (...told) => shell.emit(...told), say, locale),
    announce: (words) => { status.textContent = words; },
    isAway: () => !dialog.open,
    focus: () => (room.composer.element.inert ? room.leads : room.composer).focus(),
  };
  room.composer = new Composer(say, ask, () => room.conversation.stop());
  room.leads = new Leads(form, room);
  room.person = new Person(room);
  room.talk = new Talk(room);

  dialog.lang = locale;
  dialog.dir = dir;
  dialog.append(
    h("div.head", null, h("h2", { id: "name", dir: "auto" }, bot.name),
      menu(card, say, () => acts(room, form)), button("sign", say("close"), () => shell.close(), "close")),
    room.person.banner, room.transcript.element,
    h("div", null, room.composer.element, h("p.foot", null, say("footnote"), " ", privacy(widget.privacy_url, say))),
    status);
  room.restored = restore(room);
  return room;
}

function acts({ talk, leads }, form) {
  return {
    fresh: () => talk.fresh(),
    ...(form?.on_request && { leave: () => leads.request() }),
    ...(!talk.isEmpty && { delete: () => talk.forget() }),
  };
}

function privacy(href, say) {
  return href && h("a", { href, target: "_blank", rel: "noopener" }, say("privacy"));
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
