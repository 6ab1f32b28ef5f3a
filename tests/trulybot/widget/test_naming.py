import shutil
import subprocess

import pytest

from tests.needs import require
from trulybot.widget.squeezing import squeeze_script

# Each line prints one thing that a careless renaming would change.
TRICKY = r"""
const lines = [];
const say = (...words) => lines.push(words.join(" "));
const name = "outside";
say(((name) => name)("parameter"), name, { name }.name, { name: 1 }.name);
const sized = ({ name, size: { wide: width = 3, ...others } }) => `${name} ${width} ${others.deep}`;
say(sized({ name: "n", size: { deep: 5 } }));
function twice(value, times = [name].length * 2) { return value * times }
say(twice(2), typeof twice, typeof missing);
const [first, , third = first] = [1, 2]; let left = 4, right = { left }, both = left + right.left;
say(first, third, left, both);
class Shelf {
  #books = [name]; size = (given => given * 2)(2); static made = 0
  label = name
  constructor(more) { this.#books.push(more); Shelf.made += 1 }
  get books() { return this.#books }
  async later(books) { const { length } = await books; return { length, books } }
  *each() { for (const book of this.#books) yield book }
  name(name) { return { name, label: this.label, say(say) { return say + name } } }
}
const shelf = new Shelf("more");
say([...shelf.each()], shelf.size, Shelf.made, shelf.label, shelf.name("x").say("y"));
shelf.later([1, 2, 3]).then(({ length, books: { 0: one } }) => say(length, one));
const counter = () => { let count = 0; return { count: () => ++count, get now() { return count } } };
const mine = counter(); mine.count(); say(mine.now, mine["count"]());
outer: for (let turn = 0; turn < 2; turn++) { for (const one of [turn]) { if (one) continue outer; say("turn", one) } }
try { throw new Error(name) } catch ({ message }) { say(message) } finally { say("finally") }
try { undefinedThing() } catch { say("caught") }
const recursive = function again(depth) { return depth ? again(depth - 1) + 1 : 0 };
say(recursive(3), name ? name : left, left ? { left: right } : right, [...new Set([name, name])].length);
say(["a", "b"].map((letter, index, { length }) => letter + index + length).join(), [3, 1].sort((a, b) => a - b));
const a = "a"; const b = () => { const c = a; { const d = c + a; say(d) } }; b();
say(Object.entries({ x: 1 }).map(([key, value]) => ({ [key]: value, value })).map(({ x, value: v }) => x + v)[0]);
let late; const using = () => late; late = "late"; say(using(), `${(() => `${late}!`)()}`);
Promise.reject(new Error("refused")).catch(say => lines.push(say.message));
setTimeout(() => console.log(lines.join("\n")));
"""


@pytest.mark.parametrize("public", [None, ()])
def test_a_script_with_short_names_does_the_same(public: tuple[str, ...] | None) -> None:
    require("node")
    said = _said_by(TRICKY)
    assert len(said.splitlines()) == 17
    squeezed = squeeze_script(TRICKY, public)
    assert not any(name in squeezed for name in ("letter", "times", "depth"))
    assert _said_by(squeezed) == said


@pytest.mark.parametrize(
    ("script", "squeezed"),
    [
        ("const one = (two, three) => two + three + document", "let one=(e,t)=>e+t+document"),
        ("const f = (x) => (y) => x + y", "let f=e=>t=>e+t"),
        ("const f = (one) => g((two) => two)", "let f=e=>g(e=>e)"),
        ("const f = (long) => ({ long, other: long.long })", "let f=e=>({long:e,other:e.long})"),
        ("const f = ({ long, longer = 2 }) => long + longer", "let f=({long:e,longer:t=2})=>e+t"),
        ("function f(long) { return long ? long : 1 }", "function f(e){return e?e:1}"),
        ("class A { long = 1; f(long) { return this.long + long } }", "class A{long=1;f(e){return this.long+e}}"),
        ("const f = (a1) => e", "let f=t=>e"),
    ],
)
def test_only_variables_of_functions_are_renamed(script: str, squeezed: str) -> None:
    assert squeeze_script(script) == squeezed


def test_the_scripts_own_names_are_renamed_unless_others_use_them() -> None:
    script = "const helper = 1; export_(helper); function start() { return helper }"
    assert squeeze_script(script, ("start",)) == "let e=1;export_(e);function start(){return e}"


@pytest.mark.parametrize(
    "script",
    [
        "const x = 1; function f() { if (x) { const x = 2; g(x) } }",
        "const x = 1; function f() { for (const x of y) g(x) }",
        "const x = 1; function f() { try { g() } catch (x) { g(x) } }",
    ],
)
def test_a_block_declares_nothing_that_is_declared_around_it(script: str) -> None:
    with pytest.raises(ValueError, match="declares x again"):
        squeeze_script(script)


def test_what_would_need_a_parser_is_refused() -> None:
    with pytest.raises(ValueError, match="says switch"):
        squeeze_script("switch (x) { case 1: { y() } }")


def _said_by(script: str) -> str:
    node = shutil.which("node")
    assert node
    ran = subprocess.run([node, "--input-type=module"], input=script, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
