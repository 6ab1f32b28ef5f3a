// What can be done with an answer: copy it, and say whether it helped; after a thumb down, what was missing.

import { button, h, sign } from "./dom.js";

const CONFIRMED = 2_000; // ms

export function actions(room, turn, text, given) {
  const { say, announce, conversation } = room;
  const copy = navigator.clipboard && button("sign", say("copy"), copied, "copy");
  const thumbs = ["up", "down"].map((name) => button(`sign.${name}`, say(name), () => rated(name), "thumb"));
  const row = h("div.actions", null, copy, ...thumbs);
  let reason;
  mark(given);
  return row;

  async function copied() {
    await navigator.clipboard.writeText(text);
    announce(say("copied"));
    copy.firstChild.replaceWith(sign("check"));
    setTimeout(() => copy.firstChild.replaceWith(sign("copy")), CONFIRMED);
  }

  function mark(name) {
    for (const thumb of thumbs) thumb.setAttribute("aria-pressed", thumb.classList.contains(name));
  }

  async function rated(name) {
    reason?.remove();
    mark(name);
    try {
      await voted(name);
      if (name === "down") ask();
    } catch {
      mark();
    }
  }

  async function voted(...vote) {
    await conversation.vote(turn, ...vote);
    announce(say("noted"));
  }

  function ask() {
    const words = h("input.input", { id: "reason", maxlength: 1000, dir: "auto", autocomplete: "off", required: "" });
    const sent = (event) => {
      event.preventDefault();
      voted("down", words.value).then(() => reason.replaceChildren(h("p", null, say("noted"))));
    };
    reason = h("form.reason", { onsubmit: sent }, h("label", { for: "reason" }, say("reason")), words, h("button.button", null, say("send")));
    row.after(reason);
    words.focus();
  }
}
