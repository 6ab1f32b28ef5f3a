"""What a person sends with a form of a page: what was typed, and where they wanted to go."""

import re
from typing import Any

from litestar import Request

Fields = dict[str, str]


class Typed(Fields):
    """What was typed; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


async def typed_in(request: "Request[Any, Any, Any]") -> Typed:
    return Typed({name: value for name, value in (await request.form()).items() if isinstance(value, str)})


def safe_path(path: str, default: str) -> str:
    """Where to go after signing in: only ever a page of ours."""
    return path if re.fullmatch(r"/(?![/\\])[^\\\s]*", path) else default
