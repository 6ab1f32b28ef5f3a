"""The websites whose pages may talk to us, as the owner lists them at this moment."""

from dataclasses import dataclass

from trulybot.preferences.current import Choices
from trulybot.visitors.origins import is_allowed

NOBODY = "'none'"
THIS_MACHINE = ("http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*")  # of which https is part


@dataclass(frozen=True)
class Sites:
    """In `development` the pages of this machine are allowed too."""

    choices: Choices
    development: bool

    async def allow(self, origin: str) -> bool:
        return is_allowed(origin, (await self.choices.now()).sites, self.development)

    async def frame_ancestors(self) -> str:
        """Those that may show the chat page in a frame, as a Content-Security-Policy lists them."""
        sites = (*(await self.choices.now()).sites, *(THIS_MACHINE if self.development else ()))
        return " ".join(sites) or NOBODY
