// The sentence over the composer when a question did not get through, with the way to send it again.

export class Alert {
  #element;

  constructor(element, again) {
    this.#element = element;
    element.querySelector("[data-again]").addEventListener("click", again);
  }

  say(sentence) {
    this.#element.querySelector("[data-slot=sentence]").textContent = sentence;
    this.#element.querySelector("[data-again]").hidden = false;
    this.#element.hidden = false;
  }

  clear() {
    this.#element.hidden = true;
  }
}
