"""What the owner tries before it is saved: in memory, the latest few, each under a name that nobody guesses."""

from trulybot.kit.errors import NotFound
from trulybot.kit.security import new_token
from trulybot.kit.texts import _
from trulybot.preferences.models import Preferences

MOST = 32


class Drafts:
    def __init__(self) -> None:
        self._kept: dict[str, Preferences] = {}

    def keep(self, chosen: Preferences) -> str:
        """Its name."""
        name = new_token()
        self._kept[name] = chosen
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return name

    def draft(self, name: str) -> Preferences:
        if name not in self._kept:
            raise NotFound(_("This preview has ended. Change something in the form, and there is a new one."))
        return self._kept[name]
