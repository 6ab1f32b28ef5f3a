// The events of one answer over as many connections as it takes: a cut or silent one is followed by another.

import { eventsIn } from "./events.js";
import { Failure } from "./failures.js";

/** Milliseconds: to the first byte, to the next one, to any at all; between attempts; and for the network to return. */
export const patience = { first: 10_000, silence: 40_000, unknown: 120_000, pause: 500, longestPause: 8_000, offline: 300_000 };

const PASSING = ["offline", "server", "limited"];
const MOST_ATTEMPTS = 8; // in a row that brought nothing

/**
 * `response` may be the first of them. `next(seen)` opens another one, which goes on after the event `seen`; that can be
 * done as soon as `isKnown()`. `waiting(sentence)` is told while nothing comes. Ends early when the signal aborts.
 */
export async function* following(response, next, isKnown, waiting, signal, say) {
  let seen = null;
  for (let attempts = 0; ; attempts++) {
    let rest = 0;
    try {
      response ??= await next(seen);
      for await (const event of listening(response.body, isKnown, signal)) {
        seen = event.id;
        attempts = 0;
        yield event;
        if (event.event === "done" || event.event === "error") return;
      }
    } catch (failure) {
      // A broken line is no refusal; nor is a workspace that is just starting again, or wants fewer calls.
      if (failure instanceof Failure && !PASSING.includes(failure.kind)) throw failure;
      rest = failure.retryAfter * 1000 || 0;
    }
    if (signal.aborted) return;
    if (!isKnown() || attempts >= MOST_ATTEMPTS) throw new Failure("server", say("interrupted"));
    response = null;
    waiting(say(navigator.onLine ? "reconnecting" : "offline"));
    await pause(attempts, rest, signal);
    if (signal.aborted) return;
  }
}

// Hangs up when nothing comes any more. A proxy that keeps an answer until it is whole is waited for longer, unless the
// rest can be asked for elsewhere.
async function* listening(body, isKnown, signal) {
  const reader = body.getReader();
  const hangUp = () => reader.cancel().catch(() => {});
  let timer;
  const watch = (ms, otherwise) => {
    clearTimeout(timer);
    timer = setTimeout(() => (isKnown() || !otherwise ? hangUp() : watch(otherwise)), ms);
  };
  signal.addEventListener("abort", hangUp);
  try {
    watch(patience.first, patience.unknown);
    yield* eventsIn(reader, () => watch(patience.silence));
  } finally {
    clearTimeout(timer);
    hangUp();
  }
}

// Longer with each attempt, and by chance, so that a crowd does not come back at once; at the latest when the network does.
function pause(attempts, rest, signal) {
  const longest = Math.max(rest, Math.min(patience.pause * 2 ** attempts, patience.longestPause));
  return new Promise((done) => {
    setTimeout(done, navigator.onLine ? longest * (0.5 + Math.random() / 2) : patience.offline);
    addEventListener("online", done, { once: true });
    signal.addEventListener("abort", done);
  });
}
