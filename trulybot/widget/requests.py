"""What a request for one of the widget’s files says of what is wanted, and as what the file is sent."""

import re

from trulybot.kit.languages import accepted
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest

SCRIPT = "text/javascript"
JSON = "application/json"
FETCHING = Limit("the widget’s files", times=600, seconds=60)

_COLOUR = re.compile(r"[0-9a-fA-F]{6}")


def tags_of(request: AnyRequest) -> list[str]:
    """The languages that the visitor’s browser asks for."""
    return accepted(request.headers.get("accept-language", ""))


def colour_in(asked: str) -> str:
    """Of six digits; empty where a page asks for none, or for another thing."""
    return f"#{asked}" if _COLOUR.fullmatch(asked) else ""
