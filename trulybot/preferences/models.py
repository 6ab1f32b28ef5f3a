"""What the owner may choose, and the words the bot uses until they do."""

from typing import Annotated

import msgspec

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Ceiling = Annotated[int, msgspec.Meta(ge=0)] | None
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

    # Where the operator has configured a language model. Costs are in micro-dollars; a ceiling of 0 never calls it.
    instructions: Text = ""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=4000)] = 500
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.7
    leave_out_unsupported: bool = False
    daily_tokens: Ceiling = None
    monthly_tokens: Ceiling = None
    daily_cost: Ceiling = None
    monthly_cost: Ceiling = None
