"""How this process asks the web: by itself, or through the gateway where that is its only way out."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from trulybot.kit.gateway import Gateway
from trulybot.kit.net.addresses import Reach

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web


@runtime_checkable  # as a dependency of a handler has to be
class OpenWeb(Protocol):
    def __call__(self, *, seconds: float = 60, silence: float = 15, connecting: float = 10) -> "Web":
        """A client for one job, to be opened with `async with`; the times are those of client.Limits."""


def web_by_ourselves(reach: Reach = Reach()) -> OpenWeb:  # noqa: B008 - frozen
    def opened(*, seconds: float = 60, silence: float = 15, connecting: float = 10) -> "Web":
        # The guarded client brings httpcore and certificates, which a workspace that reads no web never needs.
        from trulybot.kit.net.client import Limits, Web

        return Web(reach=reach, limits=Limits(seconds=seconds, silence=silence, connecting=connecting))

    return opened


def web_through(gateway: Gateway) -> OpenWeb:
    def opened(*, seconds: float = 60, silence: float = 15, connecting: float = 10) -> "Web":
        from trulybot.kit.net.client import Limits
        from trulybot.kit.net.door import DoorWeb

        return DoorWeb(gateway, Limits(seconds=seconds, silence=silence, connecting=connecting))

    return opened
