// An answer's text as nodes: paragraphs, citations and links, the same grammar as trulybot/kit/words.py.

import { sentence } from "./saying.js";

const MARK = /\[(\d{1,2})\]|(https?:\/\/[^\s<>"\[\]]+[^\s<>"\[\].,;:!?)])|([\w.+-]{1,100}@[\w-]+\.[\w.-]*\w)/g;

export function nodesOf(text, turn) {
  return text.split(/\n[ \t]*\n/).filter((part) => part.trim()).map((part) => {
    const paragraph = document.createElement("p");
    paragraph.append(...pieces(part.replace(/^\n+|\n+$/g, ""), turn));
    return paragraph;
  });
}

function* pieces(paragraph, turn) {
  let at = 0;
  for (const mark of paragraph.matchAll(MARK)) {
    yield paragraph.slice(at, mark.index);
    yield marked(mark, turn);
    at = mark.index + mark[0].length;
  }
  yield paragraph.slice(at);
}

function marked([whole, number, url], turn) {
  const link = document.createElement("a");
  link.textContent = number ?? whole;
  if (number) {
    link.className = "cite";
    link.href = `#${turn}-source-${number}`;
    link.setAttribute("aria-label", sentence("source", number));
  } else {
    link.href = url ?? `mailto:${whole}`;
    link.rel = "noopener noreferrer nofollow";
  }
  return link;
}
