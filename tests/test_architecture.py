"""Rules of the code that no other tool knows, each with its reason. import-linter keeps the line between rooms."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORKSPACE, CONTROL_PLANE = ROOT / "trulybot", ROOT / "control_plane"
PACKAGES = (WORKSPACE, CONTROL_PLANE)

# SQL that is the verb itself: vectors, full text and their statistics.
SEARCH = {"search", "vectors", "vocabulary", "calibration", "confidence", "spelling", "understanding"}
SQL_WORDS = {"select", "insert", "update", "delete", "text", "func", "exists", "union", "union_all"}

# What a workspace must wake without: each costs more than the rest of it together, or is needed by the child alone.
HEAVY = {
    "openai", "numpy", "onnxruntime", "tokenizers", "pypdf", "trafilatura", "lxml", "selectolax", "mammoth", "docx",
    "openpyxl", "puremagic", "rich", "httpx", "pydantic", "aiosmtplib",
}  # fmt: skip
CHILD = (
    "trulybot/knowledge/child.py",
    "trulybot/knowledge/reading/",
    "trulybot/llm/minilm/",
)  # imported in the child process only

HANDING_ON = {"control_plane/runtimes/process.py", "control_plane/edge/watching.py", "control_plane/demo/running.py"}

JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "service", "services", "manager", "managers", "common", "base",
                "misc", "core", "shared"}  # fmt: skip

VERB, ROUTES = 2, 3
RANKS = {"models": 0, "forms": 0, "queries": 1, "routes": ROUTES, "pages": ROUTES, "tasks": ROUTES}


def _modules(*packages: Path) -> list[Path]:
    return [path for package in packages or PACKAGES for path in sorted(package.rglob("*.py"))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[1]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def _imports(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """(module, name or "", line) of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)


def _top_level(tree: ast.Module) -> ast.Module:
    """The module without what runs only when it is called, and without what only a type checker reads."""
    return ast.Module([_Running().visit(statement) for statement in tree.body], [])


class _Running(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return ast.Pass()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return ast.Pass()

    def visit_If(self, node: ast.If) -> ast.AST:
        return ast.Pass() if "TYPE_CHECKING" in ast.unparse(node.test) else self.generic_visit(node)


def test_inside_a_feature_imports_go_models_queries_verb_routes() -> None:
    """A route calls one verb, a verb asks queries: read in that order, never back."""
    wrong = []
    for folder in (queries.parent for package in PACKAGES for queries in package.glob("*/queries.py")):
        feature = {path.stem: _tree(path) for path in folder.glob("*.py")}
        for own, tree in feature.items():
            for other, line in _siblings(f"{folder.parent.name}.{folder.name}", tree):
                if other in feature and _rank(other, feature[other]) > _rank(own, tree):
                    wrong.append(f"{_name(folder)}/{own}.py:{line} imports {other}")
    assert wrong == []


def _rank(name: str, tree: ast.Module) -> int:
    """Models, forms and what is pure come first: that takes values and gives values, so anyone may ask it."""
    roots = {module.partition(".")[0] for module, _, _ in _imports(tree)}
    pure = not roots & {"sqlalchemy", "litestar", "asyncio", "trulybot", "control_plane"}
    return 0 if pure else RANKS.get(name, ROUTES if name.endswith(("_pages", "_routes")) else VERB)


def _siblings(package: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    for module, name, line in _imports(tree):
        if module == package:
            yield name, line
        elif module.startswith(f"{package}."):
            yield module.split(".")[2], line


def test_sql_stands_in_queries_only() -> None:
    """Who wants to know what touches a table reads one file of the feature."""
    wrong = []
    for path in _modules():
        room = _room(path)
        if path.stem.endswith("queries") or room == "kit" or (room == "knowledge" and path.stem in SEARCH):
            continue
        tree = _tree(path)
        wrong += [
            f"{_name(path)}:{line} imports {name}"
            for module, name, line in _imports(tree)
            if module.startswith("sqlalchemy") and name in SQL_WORDS
        ]
        wrong += [
            f"{_name(path)}:{node.lineno} calls exec_driver_sql"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql"
        ]
    assert wrong == []


def test_the_environment_is_read_in_settings_only() -> None:
    """A setting read elsewhere is one that docs, --help and tests do not know of.

    Two hand on to a process what it needs of it, and the demo picks what of it `settings` may read.
    """
    wrong = [
        f"{_name(path)}:{node.lineno}"
        for path in _modules()
        if _room(path) != "settings.py" and _name(path) not in HANDING_ON
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert wrong == []


def test_failures_are_logged_without_their_words() -> None:
    """A traceback ends with the exception's own words, which may quote a visitor: kit/logs.py tells the rest."""
    wrong = [
        f"{_name(path)}:{node.lineno}"
        for path in _modules()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith(("log.", "logging."))
        and (ast.unparse(node.func).endswith(".exception") or any(word.arg == "exc_info" for word in node.keywords))
    ]
    assert wrong == []


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    """A workspace must wake in about a second and idle below 85 MiB."""
    wrong = []
    for path in _modules(WORKSPACE):
        name = _name(path)
        if name.startswith(CHILD):
            continue
        for module, _, line in _imports(_top_level(_tree(path))):
            library = module.partition(".")[0]
            if library in HEAVY:
                wrong.append(f"{name}:{line} imports {library}")
    assert wrong == []


def test_an_application_is_created_without_any_heavy_library() -> None:
    code = (
        "import sys, tempfile, pathlib\n"
        "from trulybot.app import create_app\n"
        "from trulybot.settings import Settings\n"
        "create_app(Settings(data=pathlib.Path(tempfile.mkdtemp())))\n"
        f"print(*sorted({HEAVY!r} & sys.modules.keys()))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


def test_a_hosted_workspace_wakes_without_what_it_needs_later() -> None:
    """A pass is checked, and the gateway is told something, long after somebody has waited for the start."""
    code = (
        "import sys, tempfile, pathlib\n"
        "from tests.hosted import Console\n"
        "from trulybot.app import create_app\n"
        "folder = pathlib.Path(tempfile.mkdtemp())\n"
        "settings = Console(folder / 'given').settings(folder / 'data')\n"
        "for name in [*sys.modules]:\n"
        "    if name.startswith('cryptography'):\n"
        "        del sys.modules[name]  # the console's own, to sign with\n"
        "create_app(settings)\n"
        "print(*sorted({'cryptography', 'httpcore'} & sys.modules.keys()))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


def test_no_file_is_a_junk_drawer() -> None:
    """Such a name says nothing, so anything may go in."""
    assert [_name(path) for path in _modules() if JUNK_DRAWERS & {path.stem, path.parent.name}] == []


@pytest.mark.parametrize("folder", ["trulybot/migrations", "trulybot/kit/migrations", "control_plane/migrations"])
def test_no_two_migrations_have_one_number(folder: str) -> None:
    """They are applied in order and recorded by name; which of two came first would be an accident of their names."""
    names = sorted(path.name for path in (ROOT / folder).glob("*.sql"))
    assert names
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name) for name in names), names
    assert len({name[:4] for name in names}) == len(names)


def test_every_table_is_strict() -> None:
    """SQLite otherwise stores a text in an integer column without a word."""
    wrong = []
    for path in (path for package in PACKAGES for path in package.rglob("migrations/*.sql")):
        sql = re.sub(r"--[^\n]*", "", path.read_text())
        tables = re.findall(r"CREATE\s+TABLE\s[^;]+;", sql, re.IGNORECASE)
        wrong += [table.split("(")[0] for table in tables if not re.search(r"\bSTRICT\b[^)]*;$", table, re.IGNORECASE)]
    assert wrong == []
