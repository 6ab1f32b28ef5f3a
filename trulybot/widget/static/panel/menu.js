// What is done seldom, behind three dots. Deleting is asked once more, in the same place.

import { button, h } from "./dom.js";

/** `acts()` gives what can be done at the moment, by name: fresh, leave, delete. */
export function menu(card, say, acts) {
  const opener = button("sign.more", say("menu"), () => card.toggle(opener, ...items()), "more");
  opener.setAttribute("aria-expanded", false);

  function items() {
    const now = acts();
    return Object.keys(now).map((name) => button("item", say(name), () => name === "delete" ? sure(now[name]) : closing(now[name]), name));
  }

  function sure(act) {
    card.fill(h("p", null, say("delete_sure")), h("div.offers", null,
      button("button.danger", say("delete"), () => closing(act)), button("button", say("keep"), () => card.hide())));
    card.element.querySelector("button:last-of-type").focus();
  }

  function closing(act) {
    card.hide();
    act();
  }

  return opener;
}
