// When a visitor is asked how to reach them: at the moments the owner chose, and after that only when they wish it.

import { leadForm } from "./leadform.js";

/** Without a `form` the owner wants none. */
export function leadsOf(form, { say, announce, transcript, composer, memory, conversation }) {
  let shown;
  let answers;
  return { isThere: form, begin, answered, request, focus };

  /** A new conversation; where the owner wishes it begins with the form, which nobody can skip if a field is required. */
  function begin() {
    answers = 0;
    if (form?.before && !isSettled()) show({}, form.fields.some(({ required }) => required));
  }

  /** `lead` is why the workspace asks, if it does, and what the visitor said of themselves. */
  function answered(lead) {
    const isDue = ++answers === form?.after_questions;
    const isWished = lead && lead.why !== "unanswered";
    if (isWished || ((lead || isDue) && !isSettled())) show(lead ?? {});
  }

  function request() {
    show({});
    focus();
  }

  function focus() {
    shown.focus();
  }

  function isSettled() {
    return memory.get()?.lead;
  }

  // One that is there already comes to the end, with what was typed into it.
  function show({ why, fields }, isNeeded = false) {
    if (!shown?.element.isConnected) shown = leadForm(form, say, save, !isNeeded && skip);
    shown.offer(why === "offer" ? say("lead_offer") : form.intro, fields);
    const wasTyping = composer.element.matches(":focus-within");
    composer.element.inert = isNeeded;
    transcript.add(shown.element);
    if (isNeeded && wasTyping) focus();
    announce(say("leave"));
  }

  // What cannot be kept just now keeps nobody from asking.
  async function save(...given) {
    try {
      await conversation.saveLead(...given);
    } catch (failure) {
      if (failure.kind !== "invalid") composer.element.inert = false;
      throw failure;
    }
    settle("left");
  }

  function skip() {
    shown.element.remove();
    settle("skipped");
    composer.focus();
  }

  function settle(lead) {
    memory.set({ ...memory.get(), lead });
    composer.element.inert = false;
  }
}
