import pytest

from trulybot.widget.joining import joined

FIRST = """import { greet, Name } from "./greet.js";

export function first() {
  return greet(new Name());
}
"""
GREET = """import { styles } from "./styles.js";

export const greet = (name) => styles;
export class Name {}
"""
MODULES = {"first.js": FIRST, "greet.js": GREET, "styles.js": 'export const styles = "";\n'}


def test_each_module_follows_those_it_imports() -> None:
    whole = joined(MODULES, "first.js", 'a::after{content:"“"}')
    assert [line for line in whole.splitlines() if line] == [
        "const styles = 'a::after{content:\"“\"}';",
        "const greet = (name) => styles;",
        "class Name {}",
        "function first() {",
        "  return greet(new Name());",
        "}",
    ]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"styles.js": 'import { first } from "./first.js";\nexport const styles = "";'}, "import each other"),
        ({"styles.js": ""}, "imports styles, which styles.js does not export"),
        ({"lonely.js": ""}, "Nothing imports lonely.js"),
        ({"greet.js": 'import { gone } from "./gone.js";'}, "imports gone.js, which is not there"),
        ({"greet.js": "const first = 1;\nexport const greet = 1;\nexport class Name {}"}, "Two modules declare first"),
        ({"greet.js": "export const greet = 1;\nexport class Name {}\nexport { greet as hi };"}, "cannot be joined"),
        ({"greet.js": 'import all from "./styles.js";\nexport const greet = 1;\nexport class Name {}'}, "“import all"),
        ({"greet.js": "export const greet = 1;\nexport class Name {}\nexport default greet;"}, "“export default"),
    ],
)
def test_what_cannot_be_joined_is_named(changed: dict[str, str], complaint: str) -> None:
    joined(MODULES, "first.js", "")
    modules = {**MODULES, **changed}
    if "styles" not in modules["greet.js"]:
        del modules["styles.js"]
    with pytest.raises(ValueError, match=complaint):
        joined(modules, "first.js", "")


def test_a_dynamic_import_stays() -> None:
    assert "import(address)" in joined({"a.js": "export const load = (address) =>\n  import(address);"}, "a.js", "")
