// How to reach a visitor: the fields the owner chose, errors where they are, and the owner's words on consent.

import { button, h, sign } from "./dom.js";

// What a browser may fill in, by the kind of field; others are boxes of text, or choices.
const FILLED_IN = { email: "email", phone: "tel", name: "name" };

/** `form` is the owner's; `save(fields, consent)` throws Failure; without `skip` nobody gets around it. */
export function leadForm(form, say, save, skip) {
  const intro = h("p", { dir: "auto" });
  const alert = h("p.error", { role: "alert" });
  const element = h("form.lead", { novalidate: "", onsubmit: submitted, "aria-label": say("leave") },
    intro, ...form.fields.map(field), form.consent && consent(form.consent), alert,
    h("div.offers", null, h("button.button.primary", null, say("send")), skip && button("button", say("skip"), skip)));
  let isBusy = false;
  return { element, offer, focus: () => element.elements[0].focus() };

  /** What the visitor has said already, by field or kind of field, goes where they have typed nothing. */
  function offer(words, given) {
    intro.textContent = words;
    for (const { name, kind } of form.fields) element.elements.namedItem(name).value ||= given?.[name] ?? given?.[kind] ?? "";
  }

  function field({ name, kind, label, required, optional, options }) {
    const id = `lead-${name}`;
    const autocomplete = FILLED_IN[kind];
    const input = h(`${autocomplete ? "input" : options ? "select" : "textarea"}.input`,
      { id, name, type: kind === "name" ? "text" : autocomplete, autocomplete, maxlength: 2000, dir: "auto", required, "aria-describedby": `${id}-error` },
      ...(options ? ["", ...options] : []).map((option) => h("option", null, option)));
    return wrapped(id, h("label", { for: id }, label, optional && h("i", null, say("optional"))), input);
  }

  function consent(text) {
    const id = "lead-consent";
    const box = h("input", { type: "checkbox", id, name: "consent", required: "", "aria-describedby": `${id}-error` });
    return wrapped(id, h("label.consent", null, box, h("span", { dir: "auto" }, text)));
  }

  function wrapped(id, ...elements) {
    return h("div.field", null, ...elements, h("p.error", { id: `${id}-error` }));
  }

  // The workspace says what is wrong, in the visitor’s language: one judge of it is enough.
  async function submitted(event) {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const { consent: isAgreed, ...fields } = Object.fromEntries(new FormData(element));
    try {
      await save(fields, !!isAgreed);
      const thanks = h("p.thanks", { tabindex: -1, dir: "auto" }, sign("check"), form.thanks);
      element.replaceWith(thanks);
      thanks.focus();
    } catch (failure) {
      mark(failure);
    }
    isBusy = false;
  }

  // Says under each field what is wrong with it, and goes to the first.
  function mark({ sentence, errors = {} }) {
    const wrong = [...element.querySelectorAll(".field [name]")].filter((input) => {
      const fault = errors[input.name];
      input.setAttribute("aria-invalid", !!fault);
      element.querySelector(`#${input.id}-error`).textContent = fault;
      return fault;
    });
    alert.textContent = wrong[0] ? "" : sentence;
    wrong[0]?.focus();
  }
}
