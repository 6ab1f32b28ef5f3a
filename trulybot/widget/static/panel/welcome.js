// What stands in an empty conversation: the owner's words, and questions to begin with.

import { button, h } from "./dom.js";

export function greeting({ welcome, suggestions }, say, ask) {
  return h("div.welcome", null, h("p.hello", { dir: "auto" }, welcome),
    h("div.suggestions", { role: "group", "aria-label": say("suggestions") },
      ...(suggestions ?? []).map((question) => button("suggestion", question, () => ask(question)))));
}
