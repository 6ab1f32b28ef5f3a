// What one bot keeps in this browser: where the owner chose, only once the visitor agreed, and no longer than it may.

const DAY = 864e5; // ms

export class Memory {
  #bot;
  #here = null; // what this page knows, where nothing may be kept

  constructor(bot) {
    this.#bot = bot;
  }

  get() {
    const [at, state] = this.#tried((store, key) => JSON.parse(store[key])) ?? [];
    return Date.now() - at < this.#bot.settings.localDays * DAY ? state : this.#here;
  }

  set(state) {
    this.#here = state;
    if (this.#bot.mayKeep) this.#tried((store, key) => { store[key] = JSON.stringify([Date.now(), state]); });
  }

  clear() {
    this.#here = null;
    this.#tried((store, key) => { delete store[key]; });
  }

  // A page may forbid storage, and there may be no room.
  #tried(act) {
    const { storage, name } = this.#bot.settings;
    try {
      return act(window[`${storage}Storage`], `trulybot:${name}:state`);
    } catch {
      return null;
    }
  }
}
