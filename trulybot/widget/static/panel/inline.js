// One paragraph's text as nodes: emphasis, code, links, citations, line breaks. What is never closed stays text; only bold
// at the very end is shown bold already, since it is probably still being written.

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
const DEEPEST_MARK = 9; // what lies deeper is text
const IN_WORDS = /[\w\u00c0-\u04ff]/;
const IN_ADDRESSES = /[^\s()<>"`[\]\u2e80-\ud7ff\uff00-\uffef]/.source; // no Chinese, Japanese or Korean: it needs no space
const IN_BRACKETS = `\\(${IN_ADDRESSES}*\\)`;

// Each part takes all that it has looked at, or looks no further than the next one will: so time stays linear.
const TOKEN = new RegExp([
  /\\([!-/:-@[-`{-~])/.source, // escaped
  /``((?:[^`]|`(?!`))+)``|`([^`]+)`/.source, // code
  /\[(\d\d?)\](?!\()/.source, // a citation
  /(\*+|_+)/.source, // emphasis
  /(!?\[)/.source, // a link or an image begins
  /\](?:\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?: "[^"]*")?\))?/.source, // and ends, or is mere text
  `(https?://(?:${IN_ADDRESSES}|${IN_BRACKETS})*(?:(?![.,;:!?'*_~|’”])${IN_ADDRESSES}|${IN_BRACKETS}))`,
  /[^\W_](?:[\w.+-]*[^\W_])?(@[\w-]+(?:\.[\w-]+)+)?/.source, // a word, or a mail address
  /[^\w\\`*![\]\n]+|[^]/.source,
].join("|"), "gi");

export function inline(text, cite, inPlace, isEnding) {
  const writing = new Inline(cite, inPlace);
  for (const token of text.matchAll(TOKEN)) writing.read(token);
  return writing.end(isEnding);
}

export function element(tag, children) {
  const made = document.createElement(tag);
  for (const child of children) made.append(child);
  return made;
}

class Inline {
  #cite;
  #inPlace;
  #open = [{ nodes: [] }]; // what is not closed yet, innermost last

  constructor(cite, inPlace) {
    this.#cite = cite;
    this.#inPlace = inPlace;
  }

  read(token) {
    const [whole, escaped, quoted, code = quoted, number, marks, bracket, address, bare, domain] = token;
    if (code) this.#add(element("code", [code.trim()]));
    else if (number) this.#add(this.#cite(+number) ?? whole);
    else if (marks) this.#emphasise(token);
    else if (bracket) this.#begin("[", bracket);
    else if (whole[0] === "]") this.#endLink(whole, address);
    else if (bare || domain) this.#add(this.#link(bare ?? `mailto:${whole}`, [whole]) ?? whole);
    else this.#add(whole === "\n" ? element("br", []) : escaped ?? whole);
  }

  end(isEnding) {
    while (this.#open[1]) {
      const { mark, nodes } = this.#open.at(-1);
      if (isEnding && mark[1] && nodes[0]) this.#add(element("strong", this.#taken(mark)));
      else this.#giveUp();
    }
    return this.#taken();
  }

  #emphasise({ 0: marks, index, input }) {
    const before = input[index - 1] ?? " ";
    const after = input[index + marks.length] ?? " ";
    let left = marks;
    if (!marks[3] && /\S/.test(before)) left = this.#closed(left, after);
    if (!marks[3] && /\S/.test(after)) left = this.#opened(left, before);
    this.#add(left);
  }

  // Both give the marks that are left over. Of three, the inner one is em.
  #closed(left, after) {
    const open = this.#open.findLast(({ mark }) => mark && left.startsWith(mark) && stands(mark, after));
    if (!open) return left;
    this.#add(element(open.mark[1] ? "strong" : "em", this.#taken(open.mark)));
    return this.#closed(left.slice(open.mark.length), after);
  }

  #opened(left, before) {
    for (const mark of [left.slice(0, 2), left.slice(2)]) {
      if (!mark || !stands(mark, before) || this.#open[DEEPEST_MARK]) continue;
      this.#begin(mark, mark);
      left = left.slice(mark.length);
    }
    return left;
  }

  // There are no links in links: the inner one is it.
  #begin(mark, written) {
    while (mark === "[" && this.#isOpen(mark)) this.#giveUp();
    this.#open.push({ mark, written, nodes: [] });
  }

  #endLink(whole, address) {
    const link = this.#isOpen("[") && this.#link(address, []);
    if (!link) {
      while (this.#isOpen("[")) this.#giveUp();
      return this.#add(whole);
    }
    for (const node of this.#taken("[")) link.append(node);
    for (const inner of link.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
    if (!link.firstChild) link.append(address);
    this.#add(link);
  }

  // Null for an address that leads nowhere we allow.
  #link(address, label) {
    const { href, protocol, origin, username } = (URL.canParse(address) && new URL(address)) || {};
    if (!SCHEMES.includes(protocol) || username) return null;
    const link = element("a", label);
    link.href = href;
    link.rel = "noopener noreferrer nofollow";
    if (/^http/.test(protocol) && !(this.#inPlace && origin === location.origin)) link.target = "_blank";
    return link;
  }

  #isOpen(wanted) {
    return this.#open.some(({ mark }) => mark === wanted);
  }

  #add(node) {
    const { nodes } = this.#open.at(-1);
    if (typeof node === "string" && typeof nodes.at(-1) === "string") nodes.push(nodes.pop() + node);
    else if (node) nodes.push(node);
  }

  #taken(wanted) {
    while (this.#open.at(-1).mark !== wanted) this.#giveUp();
    return this.#open.pop().nodes;
  }

  // What was never closed is text.
  #giveUp() {
    const { written, nodes } = this.#open.pop();
    for (const node of [written, ...nodes]) this.#add(node);
  }
}

// A single mark means nothing inside of words and sums: snake_case, 2*3*4.
function stands(mark, beside) {
  return mark[1] || !IN_WORDS.test(beside);
}
