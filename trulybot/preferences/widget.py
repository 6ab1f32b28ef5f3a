"""How the widget looks and behaves on strangers’ pages."""

from typing import Annotated, Literal

import msgspec

AUTO = "auto"

# `$(?!\n)`, since `$` alone lets a line break through.
Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")]
Locale = Annotated[str, msgspec.Meta(max_length=35, pattern=r"^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)$(?!\n)")]
TextKey = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)")]
WebAddress = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(https?://[^\s/?#@]+([/?#]\S*)?)?$(?!\n)")]


class Widget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`offset` from the window’s edges and `radius` are in pixels; an empty `teaser` shows none.

    `storage` is where a visitor’s browser keeps the conversation: until the tab is closed, for `local_days`, or not at
    all. With `consent` nothing is kept or asked for until the visitor agrees. `texts` replace those of the widget by
    their keys. `links` says where links to the page’s own site open.
    """

    accent: Colour = "#0f766e"
    mode: Literal["auto", "light", "dark"] = "auto"
    position: Literal["right", "left"] = "right"
    offset: Annotated[int, msgspec.Meta(ge=0, le=200)] = 20
    radius: Annotated[int, msgspec.Meta(ge=0, le=32)] = 16
    hide_launcher: bool = False
    teaser: Annotated[str, msgspec.Meta(max_length=200)] = ""
    teaser_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 8
    locale: Locale = AUTO
    texts: Annotated[dict[TextKey, Annotated[str, msgspec.Meta(max_length=500)]], msgspec.Meta(max_length=100)] = {}
    links: Literal["new", "same"] = "same"
    storage: Literal["session", "local", "none"] = "session"
    local_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    consent: bool = False
    privacy_url: WebAddress = ""
