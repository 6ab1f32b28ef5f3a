"""What somebody at a door that does not open is told."""

from control_plane.workspaces.models import State
from trulybot.kit.errors import Gone, Invalid, NotFound, Refusal, TooLarge, Unavailable
from trulybot.kit.texts import N_

LOOK_AGAIN = 1  # seconds after which the waiting page asks again; that request may wait as long as the first


class Unknown(NotFound):
    title = N_("There is no workspace here")

    def __init__(self) -> None:
        super().__init__(N_("Check the address for a typing error, or tell whoever sent you here."))


class AtDoor(Unavailable):
    """Of a workspace that there is."""

    told = ""
    retry_after = 60

    def __init__(self, workspace: str) -> None:
        super().__init__(self.told, self.retry_after)
        self.workspace = workspace


class Starting(AtDoor):
    """It goes on starting for whoever asks next."""

    title = N_("Waking up")
    told = N_("Nobody was here for a while. This page opens by itself in a moment.")
    retry_after = LOOK_AGAIN


class Asleep(Unavailable):
    """To a dashboard that was left open, which looks again by itself and shall not wake anybody."""

    title = N_("Asleep")

    def __init__(self) -> None:
        super().__init__(N_("Nobody was here for a while. Open any page to wake it."), retry_after=60)


class Suspended(AtDoor):
    title = N_("This workspace is suspended")
    told = N_("It answers nobody for now; nothing in it is lost.")
    retry_after = 3600


class Broken(AtDoor):
    title = N_("This workspace does not start")
    told = N_("It was tried several times. Nothing in it is lost, and whoever runs this service can see it.")


class Closed(Gone):
    title = N_("This workspace is closed")

    def __init__(self, workspace: str) -> None:
        super().__init__(N_("It answers nobody any more."))
        self.workspace = workspace


class BrokeOff(Unavailable):
    status = 502
    title = N_("The answer broke off")

    def __init__(self) -> None:
        super().__init__(N_("What you sent may have arrived or not. Look before you send it again."))


class TookTooLong(Unavailable):
    status = 504
    title = N_("The answer takes too long")

    def __init__(self) -> None:
        super().__init__(N_("What you sent may have arrived or not. Look before you send it again."), retry_after=30)


def of_state(state: State, workspace: str) -> Refusal:
    """Why a workspace of that name is not to be woken."""
    refusals: dict[State, type[Suspended | Broken | Closed]] = {
        "suspended": Suspended,
        "broken": Broken,
        "closed": Closed,
    }
    return refusals[state](workspace) if state in refusals else Unknown()


def trouble(status: int) -> Refusal:
    """What is told where a request was not taken, or a workspace, asked once, did not answer as it should."""
    if status == 413:
        return TooLarge(N_("This is larger than is taken here. Send less."))
    if status < 500:
        return Invalid(N_("This request cannot be read."))
    return TookTooLong() if status == 504 else BrokeOff()
