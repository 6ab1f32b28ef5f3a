// What can go wrong between a visitor and the workspace, with a sentence for the visitor.

const KINDS = { 401: "server", 402: "over_quota", 403: "not_allowed", 404: "gone", 410: "gone", 429: "limited" };

/** `retryAfter` is in seconds; `errors` has a sentence for each field of a form that is wrong. */
export class Failure extends Error {
  constructor(kind, sentence, more) {
    super(sentence);
    Object.assign(this, { kind, sentence, ...more });
  }
}

/** Nobody answered: what was sent may have arrived all the same. */
export function unreached(say) {
  const kind = navigator.onLine ? "server" : "offline";
  return new Failure(kind, say(kind));
}

/** What a refusal means. Only what a visitor can put right is said in the workspace's own words; a proxy has none. */
export async function refused(response, say) {
  const { status, headers } = response;
  const { detail, errors } = await response.json().catch(() => ({}));
  const kind = KINDS[status] ?? (status < 500 && detail ? "invalid" : "server");
  if (kind === "not_allowed") console.warn(`TrulyBot: ${detail}`); // for whoever put the widget here
  const retryAfter = kind === "limited" ? +headers.get("Retry-After") || 30 : undefined;
  return new Failure(kind, kind === "invalid" ? detail : say(kind), { retryAfter, errors });
}
