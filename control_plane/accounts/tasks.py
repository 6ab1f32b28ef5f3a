"""What is done later about accounts: mailing links."""

from control_plane.accounts import forgotten, signing_up
from control_plane.accounts.forgotten import Forgotten
from control_plane.accounts.signing_up import SigningUp
from trulybot.kit.database import Database
from trulybot.kit.jobs import Handler
from trulybot.kit.letters import Letters


def account_tasks(db: Database, letters: Letters, address: str) -> dict[str, Handler]:
    """`address` is where the console is."""
    return {
        forgotten.MAILING: Forgotten(db, letters, address).mail_link,
        signing_up.MAILING: SigningUp(db, letters, address).mail_link,
    }
