import shutil
import subprocess

import pytest

from tests.needs import require
from trulybot.widget.squeezing import squeeze_script, squeeze_stylesheet

# Each line prints one thing that a careless hand would change.
TRICKY = r"""
// A comment with a "quote and a `tick.
const out = [];
const say = (...words) => out.push(words.join(" "));
/* A long one: // not the end
   `${still}` */
say("a  //  b", 'it\'s   "so"', `two   spaces /* kept */`);
say(`nested ${[1, 2].map((n) => `<${n  +  1} ${"}"}>`).join("  ")}  end`);
say("a  b".split(/  /).length, /[/"'`]/.test("/"), 8 / 2 / 2, "x".replace(/[*`#|]/g, ""));
let i = 1
let j = 2
say(i + +j, i - -j, i++ + ++j, i
  + j)
const twice = (n) => {
  return n
    * 2
}
say(twice(4), typeof twice, "i" in { i } ? "in" : "out", 5 ?.5:1, { a: null }.a?.b ?? "none")
class Shelf {
  static #made = 0
  #books = []
  size = 1
  get #first() { return this.#books[0] }
  static make() { Shelf.#made += 1; return new Shelf() }
  add(book) { this.#books.push(book); return `${this.#first}${Shelf.#made}` }
  has() { return #books in this }
}
say(Shelf.make().add("one"), new Shelf().has(), new Shelf().size)
const after = function () { return "called" }
say(after())
label: for (const x of [1, 2]) { if (x) continue label }
say(1_000, 0x1f, 1e3.toFixed(), "ü ’ “”", "\u0041")
console.log(out.join("\n"))
"""


def test_a_script_does_the_same_in_fewer_bytes() -> None:
    require("node")
    squeezed = squeeze_script(TRICKY)
    assert len(squeezed) < 0.85 * len(TRICKY)
    said = _said_by(TRICKY)
    assert len(said.splitlines()) == 8 and "undefined" not in said
    assert _said_by(squeezed) == said


@pytest.mark.parametrize(
    ("script", "squeezed"),
    [
        ("const a = 1;\n\n  const b = 2; // two\n", "let a=1,b=2;"),
        ("let a = 1\nlet b = 2", "let a=1\nlet b=2"),
        ("a\n++\nb", "a\n++\nb"),
        ("x = a + ++b - -c;", "x=a+ ++b- -c;"),
        ("f(\n  1,\n  2,\n)", "f(1,2)"),
        ("return /a  b/.test(c)", "return/a  b/.test(c)"),
        ("a = b / c / d", "a=b/c/d"),
        ("`a  ${ b  +  `c  ${ d }` }  e`", "`a  ${b+`c  ${d}`}  e`"),
        ('s = "// no comment"', 's="// no comment"'),
        ("one.two\n  .three()", "one.two.three()"),
        ("const a = { b: 1 };\nconst { b } = a;", "let a={b:1},{b}=a;"),
        ("f();\nlet a = 1;", "f();let a=1;"),
        ("for (const a of b) {}\nconst c = 1;", "for(let a of b){}let c=1;"),
        ("if (a) {\n  b();\n}\nc()", "if(a){b();}c()"),
        ("const f = function () {\n}\ng()", "let f=function(){}\ng()"),
        ("a = {}\nb()", "a={}\nb()"),
        ("while (a());\n{ b() }", "while(a());{b()}"),
        ("[a, , ]", "[a,,]"),
        ("f((a) => a, (b, c) => c)", "f(e=>e,(e,t)=>t)"),
        ("wait(10_000)", "wait(10000)"),
        ("class A { #b; f() {} #c }\nclass D { #e }", "class A{#e;f(){}#t}class D{#e}"),
        ("class A { #long; has(o) { return #long in o; } }", "class A{#e;has(e){return #e in e}}"),
        ("`${this.#a1}` + '#a1'", "`${this.#e}`+'#a1'"),
    ],
)
def test_only_what_says_nothing_goes(script: str, squeezed: str) -> None:
    assert squeeze_script(script) == squeezed


@pytest.mark.parametrize("script", ["a = 'open", 'b = "open\n"', "`open", "`${open", "`a ${ `b } `"])
def test_a_text_without_an_end_is_refused(script: str) -> None:
    with pytest.raises(ValueError, match="does not end"):
        squeeze_script(script)


def test_a_stylesheet_keeps_its_meaning() -> None:
    sheet = """
    /* A comment with a ' in it */
    .a, .b { color: red; margin: 0 4px; opacity: 0.5; flex: 10.5;
      &:hover > .c { width: calc(100% - 2 * 8px); } }
    [role="log"] ~ [title="a b"] * { grid-area: 1 / 1; }
    @media (max-width: 480px) { .a::after { content: "a ; b  {"; --x: 1px; } }
    """
    assert squeeze_stylesheet(sheet) == (
        ".a,.b{color:red;margin:0 4px;opacity:.5;flex:10.5;&:hover>.c{width:calc(100% - 2 * 8px)}}"
        '[role=log]~[title="a b"] *{grid-area:1/1}'
        '@media (max-width:480px){.a::after{content:"a ; b  {";--x:1px}}'
    )


def _said_by(script: str) -> str:
    node = shutil.which("node")
    assert node
    ran = subprocess.run([node, "-e", script], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
