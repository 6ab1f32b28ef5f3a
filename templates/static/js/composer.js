// The box a question is typed into: Enter sends, Shift+Enter breaks the line, and it grows with its text.

export class Composer {
  #form;
  #text;

  constructor(form, asked) {
    this.#form = form;
    this.#text = form.elements.question;
    this.#text.addEventListener("keydown", (event) => this.#keyed(event));
    this.#text.addEventListener("input", () => this.#grow());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.isBusy && this.#text.value.trim()) asked(this.#text.value.trim());
    });
  }

  get isBusy() {
    return !this.#form.querySelector("[data-stop]").hidden;
  }

  set isBusy(busy) {
    this.#form.querySelector("[data-stop]").hidden = !busy;
    this.#form.querySelector("[data-send]").hidden = busy;
  }

  set text(text) {
    this.#text.value = text;
    this.#grow();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  stopped(stop) {
    this.#form.querySelector("[data-stop]").addEventListener("click", stop);
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.rows = 1;
    const style = getComputedStyle(this.#text);
    const lines = (this.#text.scrollHeight - parseFloat(style.paddingTop) * 2) / parseFloat(style.lineHeight);
    this.#text.rows = Math.min(5, Math.round(lines));
  }
}
