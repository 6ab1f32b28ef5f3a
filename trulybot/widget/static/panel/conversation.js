// All that is said between this page and the workspace. A question is sent once; an answer that breaks off is followed on.

import { Failure, refused, unreached } from "./failures.js";
import { following } from "./following.js";

const LONGEST_PAGE = 2000;

export class Conversation {
  /** What the page around says of itself: {page}. */
  context = {};
  #base;
  #memory;
  #tell;
  #say;
  #locale;
  #asking = null;
  #unanswered = {};

  constructor(base, memory, tell, say, locale) {
    this.#base = base;
    this.#memory = memory;
    this.#tell = tell;
    this.#say = say;
    this.#locale = locale;
  }

  /** What was said before, or null. */
  async restore() {
    if (!this.#handle) return null;
    return this.#json("GET", this.#path()).catch(() => null);
  }

  /** `hear` is told turn, token, citations, waiting and done. Ends early after `stop`; throws Failure. One at a time. */
  async ask(question, hear) {
    if (this.#asking) return;
    this.#tell("message", { question });
    return this.#listening(hear, null, async (asking) => {
      // Asked again after nobody answered, it is the same question to the workspace, which may have got it.
      const key = this.#unanswered.question === question ? this.#unanswered.key : newKey();
      this.#unanswered = { question, key };
      const sent = { question, conversation: this.#handle, locale: this.#locale, page: this.#page };
      await this.#hear(asking, await this.#call("POST", "/api/chat", sent, { key, stream: asking }));
    });
  }

  /** Goes on with an answer that was under way when the page was left, from its beginning. */
  resume(turn, hear) {
    return this.#listening(hear, turn, (asking) => this.#hear(asking));
  }

  async stop() {
    const { turn, conversation, control } = this.#asking ?? {};
    control?.abort();
    if (turn) await this.#call("DELETE", this.#path(`/turns/${turn}/stream`, conversation)).catch(() => {});
  }

  async vote(turn, vote, reason) {
    await this.#json("POST", this.#path(`/turns/${turn}/feedback`), { vote, reason });
    this.#tell("feedback", { turn, vote, reason });
  }

  messages(after) {
    return this.#json("GET", this.#path(`/messages?after=${after}`));
  }

  async saveLead(fields, consent) {
    const sent = { fields, consent, conversation: this.#handle, locale: this.#locale, page: this.#page };
    await this.#json("POST", "/api/leads", sent);
    this.#tell("lead", { fields });
  }

  async identify(visitor) {
    this.#keep(await this.#json("POST", "/api/visitors/identify", visitor));
  }

  /** Erases it in the workspace; {lead_stays}. */
  async forget() {
    const forgotten = this.#handle ? await this.#json("DELETE", this.#path()) : { lead_stays: false };
    this.reset();
    return forgotten;
  }

  /** The next question begins a new one; the visitor stays the same. */
  reset() {
    this.#keep({ conversation: undefined });
  }

  get #handle() {
    return this.#memory.get()?.conversation;
  }

  get #page() {
    const page = `${this.context.page ?? location.origin + location.pathname}`;
    return page.startsWith("http") ? page.slice(0, LONGEST_PAGE) : undefined;
  }

  async #listening(hear, turn, listen) {
    // With the conversation it belongs to: in another tab a new one may begin meanwhile.
    const asking = (this.#asking = { hear, turn, conversation: this.#handle, control: new AbortController() });
    try {
      await listen(asking);
    } catch (failure) {
      if (!asking.control.signal.aborted) throw failure;
    } finally {
      this.#asking = null;
    }
  }

  async #hear(asking, response) {
    const { hear, control } = asking;
    const next = (seen) =>
      this.#call("GET", this.#path(`/turns/${asking.turn}/stream`, asking.conversation), null, { seen, stream: asking });
    const events = following(response, next, () => asking.turn, hear.waiting, control.signal, this.#say);
    for await (const { event, data } of events) {
      if (event === "turn") {
        this.#unanswered = {};
        Object.assign(asking, { turn: data.turn, conversation: data.conversation });
        this.#keep(data);
      } else if (event === "done") this.#tell("answer", { turn: asking.turn, kind: data.kind });
      else if (event === "error") throw new Failure("server", this.#say("interrupted"));
      hear[event]?.(event === "token" ? data.text : event === "citations" ? data.citations : data);
    }
  }

  async #json(method, path, body) {
    return (await this.#call(method, path, body, { key: method === "POST" && newKey() })).json();
  }

  async #call(method, path, body, { key, seen, stream } = {}) {
    const { visitor, visitor_expires_at: until } = this.#memory.get() ?? {};
    const headers = {
      ...(body && { "Content-Type": "application/json" }),
      ...(stream && { Accept: "text/event-stream" }),
      ...(key && { "Idempotency-Key": key }),
      ...(seen != null && { "Last-Event-ID": seen }),
      ...(until > Date.now() / 1000 && { Authorization: `Bearer ${visitor}` }),
    };
    const given = { method, headers, credentials: "omit", signal: stream?.control.signal };
    let response;
    try {
      response = await fetch(this.#base + path, { ...given, ...(body && { body: JSON.stringify(body) }) });
    } catch (error) {
      throw error.name === "AbortError" ? error : unreached(this.#say);
    }
    if (response.ok) return response;
    if (response.status === 401) this.#keep({ visitor: undefined, visitor_expires_at: 0 });
    const failure = await refused(response, this.#say);
    if (failure.kind === "gone") this.reset();
    throw failure;
  }

  #path(rest = "", conversation = this.#handle) {
    return `/api/chat/${conversation}${rest}`;
  }

  #keep({ turn: _, ...known }) {
    this.#memory.set({ ...this.#memory.get(), ...known });
  }
}

// `randomUUID` is not there on pages without HTTPS.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
