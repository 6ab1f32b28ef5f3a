"""The modules of a folder as one: each after those it imports, all in one scope, so no two may use the same name.

Of the language of modules they speak three sentences only, each on a line of its own: `import { a, b } from "./c.js";`,
`export` before a declaration, and `export const styles = "";`, in whose place the folder’s CSS stands.
"""

import re
from collections import Counter
from pathlib import Path

IMPORT = re.compile(r'^import \{ ([\w$]+(?:, [\w$]+)*) \} from "\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let|var) ([\w$]+)", re.MULTILINE)
OF_MODULES = re.compile(r"^\s*(?:import\b(?! ?\()|export\b).*", re.MULTILINE)
STYLES = 'export const styles = "";'


def joined(modules: dict[str, str], first: str, styles: str) -> str:
    """All that `first` needs, without imports and exports; raises ValueError with what it cannot join, and where."""
    for name, module in modules.items():
        _refuse_other_sentences(name, module)
    order: list[str] = []
    _visit(first, modules, order, [])
    if left_out := sorted(modules.keys() - set(order)):
        raise ValueError(f"Nothing imports {', '.join(left_out)}.")
    _refuse_namesakes({name: modules[name] for name in order})
    return "\n".join(_stripped(modules[name], styles) for name in order)


def modules_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.js"))}


def styles_in(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.css")))


def _visit(name: str, modules: dict[str, str], order: list[str], above: list[str]) -> None:
    if name in above:
        raise ValueError(f"These import each other: {', '.join([*above, name])}.")
    if name in order:
        return
    if name not in modules:
        raise ValueError(f"{above[-1] if above else 'Nobody'} imports {name}, which is not there.")
    for names, other in IMPORT.findall(modules[name]):
        _visit(other, modules, order, [*above, name])
        if missing := set(names.split(", ")) - _exported(modules[other]):
            raise ValueError(f"{name} imports {', '.join(sorted(missing))}, which {other} does not export.")
    order.append(name)


def _exported(module: str) -> set[str]:
    return {found[1] for found in DECLARED.finditer(module) if found[0].startswith("export")}


def _refuse_namesakes(modules: dict[str, str]) -> None:
    declared = Counter(name for module in modules.values() for name in DECLARED.findall(module))
    if twice := sorted(name for name, times in declared.items() if times > 1):
        raise ValueError(f"Two modules declare {', '.join(twice)}: in one scope each name can stand for one thing.")


def _refuse_other_sentences(name: str, module: str) -> None:
    if found := OF_MODULES.search(_stripped(module, "")):
        raise ValueError(f"{name} says “{found[0].strip()}”, which cannot be joined.")


def _stripped(module: str, styles: str) -> str:
    module = module.replace(STYLES, f"const styles = {styles!r};")
    return EXPORT.sub("", IMPORT.sub("", module))
