"""What the owner may choose, and the words the bot uses until they do."""

from typing import Annotated

import msgspec

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]


class Preferences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row. `threshold` replaces the one the workspace measured on its own documents (0 answers everything)."""

    bot_name: Line = "TrulyBot"
    welcome: Text = "Ask me anything about our documents. I answer with sources, or tell you that I cannot."
    refusal: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)] = (
        "I could not find an answer to that in our documents."
    )
    contact: Text = ""
    suggestions: Annotated[tuple[Line, ...], msgspec.Meta(max_length=6)] = ()
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
