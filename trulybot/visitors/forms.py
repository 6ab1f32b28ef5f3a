"""What the owner's website says of a visitor."""

from typing import Annotated

import msgspec

LONGEST_ID = 200


class Identity(msgspec.Struct, forbid_unknown_fields=True):
    """`hash` is the HMAC-SHA256 of `id` under the workspace's secret, in hex, made by the website's server."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]
    hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f]{64}$(?!\n)")]
    name: Annotated[str, msgspec.Meta(max_length=120)] | None = None
    email: Annotated[str, msgspec.Meta(max_length=254)] | None = None
