// A sentence about what went wrong, said at once, with what can be done; the seconds to wait stand in the button.

import { button, h, sign } from "./dom.js";

/** `offers` are buttons; the first is the one to wait for. */
export function notice(sentence, offers, seconds) {
  if (seconds) countDown(offers[0], offers[0].textContent, Date.now() + seconds * 1000);
  return h("div.notice", null, sign("alert"), h("p", { role: "alert", dir: "auto" }, sentence), h("div.offers", null, ...offers));
}

function countDown(offer, label, until) {
  const left = Math.ceil((until - Date.now()) / 1000);
  offer.disabled = left > 0;
  offer.textContent = left > 0 ? `${label} (${left})` : label;
  if (left > 0) setTimeout(countDown, 1000, offer, label, until);
}
