"""python -m tests.benchmarks NAME [--data DIR] …: run one benchmark; without a name, list them."""

import ast
import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(argv: list[str]) -> int:
    known = _benchmarks()
    if argv and argv[0] in known:
        benchmark = importlib.import_module(f"tests.benchmarks.{argv[0]}")
        benchmark.main(argv[1:])
        return 0
    print("usage: uv run python -m tests.benchmarks NAME [options]; NAME --help tells its options\n")
    for name, sentence in known.items():
        print(f"  {name:16} {sentence}")
    return 0 if not argv or argv[0] in ("-h", "--help") else 2


def _benchmarks() -> dict[str, str]:
    """Name and first line of each module here that has a `main(argv)`."""
    trees = {path.stem: ast.parse(path.read_text()) for path in sorted(FOLDER.glob("[a-z]*.py"))}
    return {
        name: (ast.get_docstring(tree) or "").partition("\n")[0]
        for name, tree in trees.items()
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
