"""Our client of language models at llama.cpp’s own server: words, usage, hanging up, quoting in its place."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.chat_time import fill
from tests.benchmarks.llama_answers import answers
from tests.benchmarks.llama_fails import fails
from tests.benchmarks.llama_hangs_up import hangs_up
from tests.benchmarks.llama_server import KEY, llama
from tests.benchmarks.llama_shop import PASSAGES, Shop
from tests.benchmarks.measuring import Finding, judge
from trulybot.settings import Settings

# A small machine reads a prompt for some seconds; how long is not what is judged here.
PATIENCE = {"TRULYBOT_MODEL_FIRST_SECONDS": "120", "TRULYBOT_MODEL_WHOLE_SECONDS": "300"}


def main(argv: list[str]) -> None:
    argparse.ArgumentParser(prog="llama", description=__doc__).parse_args(argv)
    with TemporaryDirectory() as folder:
        if not judge("llama.cpp’s server as our language model", measure(Path(folder))):
            sys.exit(1)


def measure(folder: Path) -> Iterator[Finding]:
    data = folder / "data"
    key = fill(Settings(data=data).database, PASSAGES)
    with llama(folder) as model:
        environment = {"TRULYBOT_MODEL_URL": model.url, "TRULYBOT_MODEL_KEY": KEY, **PATIENCE}
        shop = Shop(data, key, environment)
        yield from answers(shop, model)
        yield from hangs_up(shop, model)
        yield from fails(shop, model)
