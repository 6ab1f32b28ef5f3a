// A page follows what changes on the server while somebody sees it: browsers keep few connections open.

const AGAIN = 15_000; // ms

export class Following {
  #address;
  #isWanted;
  #heard;
  #events = null;

  /** `heard` is called with each event; `isWanted` says whether a page that nobody sees follows too. */
  constructor(address, heard, isWanted = () => false) {
    this.#address = address;
    this.#heard = heard;
    this.#isWanted = isWanted;
    document.addEventListener("visibilitychange", () => this.look());
    this.look();
  }

  look() {
    const wanted = !document.hidden || this.#isWanted();
    if (wanted && !this.#events) this.#follow();
    if (!wanted && this.#events) {
      this.#events.close();
      this.#events = null;
    }
  }

  // A browser comes back by itself after a cut, but not after a refusal, such as a proxy's while the server starts.
  #follow() {
    this.#events = new EventSource(this.#address);
    this.#events.addEventListener("error", () => {
      if (this.#events?.readyState !== EventSource.CLOSED) return;
      this.#events = null;
      setTimeout(() => this.look(), AGAIN);
    });
    for (const kind of ["change", "presence"]) this.#events.addEventListener(kind, (event) => this.#hear(event));
  }

  #hear(event) {
    if (event.lastEventId) this.#address = this.#address.replace(/after=\d+/, `after=${event.lastEventId}`);
    this.#heard(event);
  }
}
