"""Which images may run: those that the operator names, and those that they named before.

What was named once is kept by a tag of ours, so that a workspace which is not upgraded yet still finds its image when
the operator's own tag has moved on, and no clean-up takes it for unused. To take that tag away is the operator's: the
warden never removes an image.
"""

import re
from collections.abc import Sequence

from control_plane.warden.engine import Engine


class Images:
    def __init__(self, engine: Engine, instance: str, references: Sequence[str]) -> None:
        self._engine = engine
        self._references = references
        self._kept = f"{re.sub('[^a-z0-9]+', '-', instance.lower()).strip('-')}-images"

    async def allowed(self) -> list[str]:
        """Digests, the newest first. Raises EngineFailed."""
        found = [await self._engine.digest_of(reference) for reference in self._references]
        named = list(dict.fromkeys(digest for digest in found if digest))
        kept = await self._engine.digests_in(self._kept)
        for digest in named:
            if digest not in kept:
                await self._engine.tag(digest, self._kept, digest.removeprefix("sha256:")[:12])
        return list(dict.fromkeys([*named, *kept]))
