// What one bot keeps in this browser: where the owner chose, only once the visitor agreed, and no longer than it may.

const DAY = 864e5; // ms

export class Memory {
  #bot;
  #here = null; // what this page knows, where nothing may be kept

  constructor(bot) {
    this.#bot = bot;
  }

  get() {
    try {
      const [at, state] = JSON.parse(this.#bot.store[this.#key]);
      if (Date.now() - at < this.#bot.settings.localDays * DAY) return state;
    } catch {
      // Nothing is kept yet.
    }
    return this.#here;
  }

  set(state) {
    this.#here = state;
    try {
      if (this.#bot.mayKeep) this.#bot.store[this.#key] = JSON.stringify([Date.now(), state]);
    } catch {
      // There is no room.
    }
  }

  get #key() {
    return `trulybot:${this.#bot.settings.name}:state`;
  }
}
