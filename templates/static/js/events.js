// Server-sent events out of a fetch response: yields {id, type, data} as each arrives.

const LONGEST_SILENCE = 40_000; // the server says something every 15 s

export async function* eventsIn(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    while (true) {
      const { value, done } = await withinSilence(reader.read());
      if (done) return;
      const frames = (held + value).split(/\r?\n\r?\n/);
      held = frames.pop();
      for (const frame of frames) {
        const event = read(frame);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function read(frame) {
  const fields = { id: "", event: "message", data: "" };
  for (const line of frame.split(/\r?\n/)) {
    const [, name, value] = line.match(/^(\w+): ?(.*)$/) ?? [];
    if (name === "data") fields.data += (fields.data && "\n") + value;
    else if (name in fields) fields[name] = value;
  }
  return fields.data ? { id: fields.id, type: fields.event, data: JSON.parse(fields.data) } : null;
}

async function withinSilence(reading) {
  let timer;
  const silence = new Promise((_, refuse) => { timer = setTimeout(() => refuse(new TypeError("silent")), LONGEST_SILENCE); });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}
