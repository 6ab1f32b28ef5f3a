// Shows in the frame what the form says before it is saved: each change is a draft, and the frame shows the draft’s page.

const PAUSE = 300; // ms; nobody types a word slower

class Preview {
  #form;
  #frame;
  #waits = document.querySelector("[data-preview-waits]");
  #link = document.querySelector("[data-preview-link]");
  #waiting;
  #asked = 0;

  /** Without a form, which not everybody may change, it shows what is. */
  constructor(form, frame) {
    this.#form = form;
    this.#frame = frame;
    if (form) this.#begin();
    else this.#show(this.#link.pathname);
  }

  #begin() {
    this.#form.addEventListener("input", () => this.#followSoon());
    this.#follow();
  }

  #followSoon() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#follow(), PAUSE);
  }

  async #follow() {
    const asked = ++this.#asked;
    const draft = await this.#drafted();
    if (asked !== this.#asked) return;
    this.#waits.textContent = draft ? "" : this.#waits.dataset.words;
    if (draft) this.#show(draft);
    else if (!this.#isShown) this.#show(this.#link.pathname);
  }

  // Nothing where it cannot be so, or where the server cannot be reached.
  async #drafted() {
    if (!this.#form.matches(":valid")) return null;
    try {
      const answer = await fetch(this.#form.dataset.drafts, { method: "POST", body: new URLSearchParams(new FormData(this.#form)) });
      return answer.headers.get("Location");
    } catch {
      return null;
    }
  }

  // Open where it was open; and the way back leads past all drafts.
  #show(path) {
    const { location } = this.#frame.contentWindow;
    const at = this.#isShown ? location.hash : new URL(this.#frame.dataset.preview, document.baseURI).hash;
    location.replace(`${path}${at}`);
    this.#link.href = path;
  }

  get #isShown() {
    return this.#frame.contentWindow.location.href !== "about:blank";
  }
}

const form = document.querySelector("form[data-drafts]");
const frame = document.querySelector("[data-preview]");
if (frame) new Preview(form, frame);
