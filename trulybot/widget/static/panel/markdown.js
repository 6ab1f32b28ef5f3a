// Text as elements, made by hand node by node, so that nothing a stranger wrote can run or load: p, strong, em, code, pre,
// lists, links, tables and line breaks. Markup of HTML stays text, and an image becomes a link.
//
// A text is shown while it is still being written, so a fence or a table may end anywhere. Time is linear in its length.

import { element, inline } from "./inline.js";

const DEEPEST_LIST = 6; // what lies deeper is text
const FENCE = /^\s*(```+|~~~+)[^`]*$/;
const HEADING = /^ {0,3}#{1,6} +/;
const ITEM = /^( *)(?:[-*•]|(\d{1,3})[.)]) +/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const DIVIDER = /^\|?\s*:?-+:?\s*\|[\s|:-]*$/;

// Controls, and marks that turn the direction of what follows: they make one address look like another.
const UNSEEN = /[\0-\b\v-\x1f\x7f\u202a-\u202e]/g;

/** `cite(n)` gives what stands for “[n]”, or null: then it stays text. `inPlace`: links to this site open in this tab. */
export function markdown(text, cite, inPlace) {
  const clean = text.replaceAll("\t", "    ").replace(UNSEEN, "").trimEnd();
  return blocks(clean.split("\n"), (words) => inline(words, cite, inPlace, clean.endsWith(words)), 0);
}

function blocks(lines, phrase, depth) {
  const made = document.createDocumentFragment();
  let words = [];
  const end = () => {
    if (!words[0]) return;
    const nodes = phrase(words.join("\n"));
    if (depth && !made.firstChild) for (const node of nodes) made.append(node);
    else made.append(element("p", nodes));
    words = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const isBlank = !line.trim() || RULE.test(line);
    const block = isBlank ? null : heading(line, phrase) ?? fence(lines, at) ?? table(lines, at, phrase) ?? list(lines, at, phrase, depth, words[0]);
    if (isBlank || block) end();
    else words.push(line.trim());
    if (block) made.append(block.element);
    at = block?.last ?? at;
  }
  end();
  return made;
}

// Each of these gives the element that begins at a line and the last of its lines, or nothing.

function heading(line, phrase) {
  if (HEADING.test(line)) return { element: element("p", [element("strong", phrase(line.replace(HEADING, "").trim()))]) };
}

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])?.[1];
  if (!mark) return;
  let last = at + 1;
  while (last < lines.length && !lines[last].trim().startsWith(mark)) last++;
  const pre = element("pre", [element("code", [lines.slice(at + 1, last).join("\n")])]);
  pre.tabIndex = 0; // for who scrolls it without a mouse
  return { element: pre, last };
}

function table(lines, at, phrase) {
  if (!lines[at].includes("|") || !DIVIDER.test(lines[at + 1]?.trim())) return;
  const row = (line, tag) => element("tr", cells(line).map((cell) => element(tag, phrase(cell.trim()))));
  const body = element("tbody", []);
  const made = element("table", [element("thead", [row(lines[at], "th")]), body]);
  for (at++; lines[at + 1]?.includes("|"); at++) body.append(row(lines[at + 1], "td"));
  return { element: made, last: at };
}

function cells(line) {
  return line.trim().replace(/^\|/, "").replace(/\|$/, "").split(/(?<!\\)\|/);
}

// An item has the lines that are indented below it. A paragraph is ended by a list only if that begins with 1.
function list(lines, at, phrase, depth, isInParagraph) {
  const first = ITEM.exec(lines[at]);
  if (!first || depth === DEEPEST_LIST || (isInParagraph && first[2] > 1)) return;
  const indent = first[1].length;
  const items = [];
  let width;
  for (; at < lines.length; at++) {
    const line = lines[at];
    const space = line.search(/\S|$/);
    const item = space >= indent && space < indent + 2 && ITEM.exec(line);
    if (item) {
      if (!item[2] !== !first[2]) break;
      width = item[0].length;
      items.push([line.slice(width)]);
    } else if (space < indent + 2 && line[space]) break;
    else items.at(-1).push(line.slice(Math.min(width, space)));
  }
  const made = element(first[2] ? "ol" : "ul", items.map((item) => element("li", [blocks(item, phrase, depth + 1)])));
  if (first[2]) made.start = first[2];
  return { element: made, last: at - 1 };
}
