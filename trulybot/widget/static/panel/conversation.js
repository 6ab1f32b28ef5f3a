// All that is said between this page and the workspace. A question is sent once; an answer that breaks off is followed on.

import { Failure, refused, unreached } from "./failures.js";
import { following } from "./following.js";

const LONGEST_PAGE = 2000;

/** `tell(event, detail)` is for the page around, which says of itself what the `context` of the result holds: {page}. */
export function conversationWith(base, memory, tell, say, locale) {
  let current = null;
  let unanswered = {};
  const talk = { context: {}, restore, ask, resume, stop, vote, messages, saveLead, identify, forget, reset };
  return talk;

  /** What was said before, or null. */
  async function restore() {
    if (!handle()) return null;
    return json("GET", path()).catch(() => null);
  }

  /** `hear` is told turn, token, citations, waiting and done. Ends early after `stop`; throws Failure. One at a time. */
  async function ask(question, hear) {
    if (current) return;
    tell("message", { question });
    return listening(hear, null, async (asking) => {
      // Asked again after nobody answered, it is the same question to the workspace, which may have got it.
      const key = unanswered.question === question ? unanswered.key : newKey();
      unanswered = { question, key };
      await heard(asking, await call("POST", "/api/chat", { question, ...standing() }, { key, stream: asking }));
    });
  }

  /** Goes on with an answer that was under way when the page was left, from its beginning. */
  function resume(turn, hear) {
    return listening(hear, turn, heard);
  }

  async function stop() {
    const { turn, conversation, control } = current ?? {};
    control?.abort();
    if (turn) await call("DELETE", path(`/turns/${turn}/stream`, conversation)).catch(() => {});
  }

  async function vote(turn, vote, reason) {
    await json("POST", path(`/turns/${turn}/feedback`), { vote, reason });
    tell("feedback", { turn, vote, reason });
  }

  function messages(after) {
    return json("GET", path(`/messages?after=${after}`));
  }

  async function saveLead(fields, consent) {
    await json("POST", "/api/leads", { fields, consent, ...standing() });
    tell("lead", { fields });
  }

  async function identify(visitor) {
    keep(await json("POST", "/api/visitors/identify", visitor));
  }

  /** Erases it in the workspace; {lead_stays}. */
  async function forget() {
    const forgotten = handle() ? await json("DELETE", path()) : {};
    reset();
    return forgotten;
  }

  /** The next question begins a new one; the visitor stays the same. */
  function reset() {
    keep({ conversation: undefined });
  }

  function handle() {
    return memory.get()?.conversation;
  }

  // Which conversation, in which language, and where.
  function standing() {
    const page = `${talk.context.page ?? location.origin + location.pathname}`;
    return { conversation: handle(), locale, page: page.startsWith("http") ? page.slice(0, LONGEST_PAGE) : undefined };
  }

  async function listening(hear, turn, listen) {
    // With the conversation it belongs to: in another tab a new one may begin meanwhile.
    const asking = (current = { hear, turn, conversation: handle(), control: new AbortController() });
    try {
      await listen(asking);
    } catch (failure) {
      if (!asking.control.signal.aborted) throw failure;
    } finally {
      current = null;
    }
  }

  async function heard(asking, response) {
    const { hear, control } = asking;
    const next = (seen) =>
      call("GET", path(`/turns/${asking.turn}/stream`, asking.conversation), undefined, { seen, stream: asking });
    const events = following(response, next, () => asking.turn, hear.waiting, control.signal, say);
    for await (const { event, data } of events) {
      if (event === "turn") {
        unanswered = {};
        Object.assign(asking, { turn: data.turn, conversation: data.conversation });
        keep(data);
      } else if (event === "done") tell("answer", { turn: asking.turn, kind: data.kind });
      else if (event === "error") throw new Failure("server", say("interrupted"));
      hear[event]?.(data);
    }
  }

  async function json(method, path, body) {
    return (await call(method, path, body, { key: method === "POST" && newKey() })).json();
  }

  async function call(method, path, body, { key, seen, stream } = {}) {
    const { visitor, visitor_expires_at: until } = memory.get() ?? {};
    const headers = Object.entries({
      "Content-Type": body && "application/json",
      Accept: stream && "text/event-stream",
      "Idempotency-Key": key,
      "Last-Event-ID": seen,
      Authorization: until > Date.now() / 1000 && `Bearer ${visitor}`,
    }).filter(([, value]) => value);
    let response;
    try {
      response = await fetch(base + path, { method, headers, body: JSON.stringify(body), credentials: "omit", signal: stream?.control.signal });
    } catch (error) {
      throw error.name === "AbortError" ? error : unreached(say);
    }
    if (response.ok) return response;
    if (response.status === 401) keep({ visitor: undefined, visitor_expires_at: 0 });
    const failure = await refused(response, say);
    if (failure.kind === "gone") reset();
    throw failure;
  }

  function path(rest = "", conversation = handle()) {
    return `/api/chat/${conversation}${rest}`;
  }

  function keep({ turn: _, ...known }) {
    memory.set({ ...memory.get(), ...known });
  }
}

// `randomUUID` is not there on pages without HTTPS.
function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
