// When a visitor is asked how to reach them: at the moments the owner chose, and after that only when they wish it.

import { LeadForm } from "./leadform.js";

export class Leads {
  #form;
  #room;
  #shown;
  #answered;

  /** `form` is null where the owner wants none. */
  constructor(form, room) {
    this.#form = form;
    this.#room = room;
  }

  get isThere() {
    return this.#form;
  }

  /** A new conversation; where the owner wishes it begins with the form, which nobody can skip if a field is required. */
  begin() {
    this.#answered = 0;
    if (this.#form?.before && !this.#isSettled) this.#show({}, this.#form.fields.some(({ required }) => required));
  }

  /** `lead` is why the workspace asks, if it does, and what the visitor said of themselves. */
  answered(lead) {
    const isDue = ++this.#answered === this.#form?.after_questions;
    const isWished = lead && lead.why !== "unanswered";
    if (isWished || ((lead || isDue) && !this.#isSettled)) this.#show(lead ?? {});
  }

  request() {
    this.#show({});
    this.focus();
  }

  focus() {
    this.#shown.focus();
  }

  get #isSettled() {
    return this.#room.memory.get()?.lead;
  }

  // One that is there already comes to the end, with what was typed into it.
  #show({ why, fields }, isNeeded = false) {
    const { say, announce, transcript, composer } = this.#room;
    if (!this.#shown?.element.isConnected) this.#shown = new LeadForm(this.#form, say, (...given) => this.#save(given), !isNeeded && (() => this.#skip()));
    this.#shown.offer(why === "offer" ? say("lead_offer") : this.#form.intro, fields);
    const wasTyping = composer.element.matches(":focus-within");
    composer.element.inert = isNeeded;
    transcript.add(this.#shown.element);
    if (isNeeded && wasTyping) this.focus();
    announce(say("leave"));
  }

  // What cannot be kept just now keeps nobody from asking.
  async #save(given) {
    const { conversation, composer } = this.#room;
    try {
      await conversation.saveLead(...given);
    } catch (failure) {
      if (failure.kind !== "invalid") composer.element.inert = false;
      throw failure;
    }
    this.#settle("left");
  }

  #skip() {
    this.#shown.element.remove();
    this.#settle("skipped");
    this.#room.composer.focus();
  }

  #settle(lead) {
    const { memory, composer } = this.#room;
    memory.set({ ...memory.get(), lead });
    composer.element.inert = false;
  }
}
