// Server-sent events as the HTML standard writes them (§9.2.6), whatever pieces they come in.

/** Gives {event, id, data} with the data parsed; `alive` is called with every piece, pings too. */
export async function* eventsIn(reader, alive) {
  const decoder = new TextDecoder();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    // A carriage return at the end may be half of a line's end.
    held = (held + decoder.decode(value, { stream: true })).replace(/\r\n|\r(?!$)/g, "\n");
    const end = held.lastIndexOf("\n\n");
    if (end < 0) continue;
    const frames = held.slice(0, end).split(/\n\n+/);
    held = held.slice(end + 2);
    yield* frames.map(parsed).filter(Boolean);
  }
}

function parsed(frame) {
  const fields = {};
  for (const line of frame.split("\n")) {
    const [, name, value = ""] = /^([^:]*):? ?(.*)$/.exec(line);
    fields[name] = name === "data" && fields.data != null ? `${fields.data}\n${value}` : value;
  }
  return fields.data != null && { ...fields, data: JSON.parse(fields.data) };
}
