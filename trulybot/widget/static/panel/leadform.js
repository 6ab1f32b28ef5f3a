// How to reach a visitor: the fields the owner chose, errors where they are, and the owner's words on consent.

import { button, h, sign } from "./dom.js";

// What each kind of field is to a browser, and what a browser may fill in.
const INPUTS = { email: ["email", "email"], phone: ["tel", "tel"], name: ["text", "name"] };

export class LeadForm {
  element;
  #form;
  #say;
  #save;
  #intro = h("p", { dir: "auto" });
  #isBusy = false;
  #alert = h("p.error", { role: "alert" });

  /** `form` is the owner's; `save(fields, consent)` throws Failure; without `skip` nobody gets around it. */
  constructor(form, say, save, skip) {
    this.#form = form;
    this.#say = say;
    this.#save = save;
    this.element = h("form.lead", { novalidate: "", onsubmit: (event) => this.#submitted(event), "aria-label": say("leave") },
      this.#intro, ...form.fields.map((field) => this.#field(field)), form.consent && this.#consent(form.consent), this.#alert,
      h("div.offers", null, h("button.button.primary", null, say("save")), skip && button("button", say("skip"), skip)));
  }

  /** What the visitor has said already, by field or kind of field, goes where they have typed nothing. */
  offer(intro, given) {
    this.#intro.textContent = intro;
    for (const { name, kind } of this.#form.fields) this.element.elements.namedItem(name).value ||= given?.[name] ?? given?.[kind] ?? "";
  }

  focus() {
    this.element.elements[0].focus();
  }

  #field({ name, kind, label, required, options }) {
    const id = `lead-${name}`;
    const [type, autocomplete] = INPUTS[kind] ?? [];
    const tag = type ? "input" : options.length ? "select" : "textarea";
    const input = h(`${tag}.input`,
      { id, name, type, autocomplete, maxlength: 2000, dir: "auto", required: required ? "" : null, "aria-describedby": `${id}-error` },
      ...(tag === "select" ? ["", ...options].map((option) => h("option", null, option)) : []));
    return this.#wrapped(id, h("label", { for: id }, label, !required && h("i", null, this.#say("optional"))), input);
  }

  #consent(text) {
    const id = "lead-consent";
    const box = h("input", { type: "checkbox", id, name: "consent", required: "", "aria-describedby": `${id}-error` });
    return this.#wrapped(id, h("label.consent", null, box, h("span", { dir: "auto" }, text)));
  }

  #wrapped(id, ...elements) {
    return h("div.field", null, ...elements, h("p.error", { id: `${id}-error` }));
  }

  async #submitted(event) {
    event.preventDefault();
    const { consent, ...fields } = Object.fromEntries(new FormData(this.element));
    if (this.#isBusy || this.#mark((input) => this.#fault(input))) return;
    this.#isBusy = true;
    try {
      await this.#save(fields, !!consent);
      const thanks = h("p.thanks", { tabindex: -1, dir: "auto" }, sign("check"), this.#form.thanks);
      this.element.replaceWith(thanks);
      thanks.focus();
    } catch (failure) {
      if (!this.#mark((input) => this.#refusal(input, failure.errors?.[input.name]))) this.#alert.textContent = failure.sentence;
    } finally {
      this.#isBusy = false;
    }
  }

  // Says under each field what is wrong with it, and goes to the first; gives that.
  #mark(faultOf) {
    this.#alert.textContent = "";
    const wrong = [...this.element.querySelectorAll("[id^=lead][name]")].filter((input) => {
      const fault = faultOf(input) ?? "";
      input.setAttribute("aria-invalid", !!fault);
      this.element.querySelector(`#${input.id}-error`).textContent = fault;
      return fault;
    });
    wrong[0]?.focus();
    return wrong[0];
  }

  #fault({ type, value, validity }) {
    if (validity.valueMissing) return this.#say(type === "checkbox" ? "consent_missing" : "missing");
    if (validity.typeMismatch) return this.#say("email_wrong");
    if (type === "tel" && value && !/(\d\D*){5}/.test(value)) return this.#say("phone_wrong");
  }

  // The workspace may know better what is wrong, but not the visitor’s language.
  #refusal({ type, value }, sentence) {
    const ours = { checkbox: "consent_missing", email: "email_wrong", tel: "phone_wrong" }[type];
    if (sentence) return ours ? this.#say(value ? ours : "missing") : sentence;
  }
}
