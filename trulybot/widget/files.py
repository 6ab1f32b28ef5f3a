"""The widget’s two files as they are sent: the entry with the launcher’s settings in it, and the panel.

They are made when they are first asked for, so that a workspace no page asks starts as fast as ever.
"""

import gzip
import hashlib
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from trulybot.widget.joining import joined, modules_in, styles_in
from trulybot.widget.squeezing import squeeze_script, squeeze_stylesheet

STATIC = Path(__file__).parent / "static"

# How the entry speaks with the panel. A page that was loaded before an update asks for the panel of its time and gets
# today’s, which it can use as long as this number stays. Raise it with a change that an older entry would not survive.
DIALECT = 1

# Chromium compiles functions that have no parentheses around them one by one, while the page waits. Told that all of
# them are needed at once, it does so beside the page, while the file arrives (V8’s explicit compile hints).
AT_ONCE = "//# allFunctionsCalledOnLoad\n"


class Sent(NamedTuple):
    """A body, as it is and compressed, and the tag of its content."""

    body: bytes
    gzipped: bytes
    tag: str


class Files:
    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder

    @cached_property
    def panel(self) -> Sent:
        return sent(f"{self._joined('panel', 'shell.js')}\nexport{{start}}".encode())

    @cached_property
    def version(self) -> str:
        """Changes when the panel does."""
        return f"{DIALECT}-{hashlib.sha256(self.panel.body).hexdigest()[:8]}"

    def serves(self, version: str) -> bool:
        """Whether a page that asks for this version can use what we have."""
        return version.partition("-")[0] == str(DIALECT)

    def entry(self, settings: str) -> Sent:
        """One classic script, which starts itself with these settings, in JSON."""
        return sent(f"{AT_ONCE}(()=>{{{self._entry}\nstart({settings})}})()".encode())

    @cached_property
    def _entry(self) -> str:
        return self._joined("entry", "start.js")

    def _joined(self, name: str, first: str) -> str:
        folder = self._folder / name
        return squeeze_script(joined(modules_in(folder), first, squeeze_stylesheet(styles_in(folder))), {"start"})


@lru_cache(64)
def sent(body: bytes) -> Sent:
    return Sent(body, gzip.compress(body, 9, mtime=0), f'W/"{hashlib.sha256(body).hexdigest()[:16]}"')
