"""The work about leads that outlives a request, by the kinds of its jobs."""

from trulybot.kit.database import Database
from trulybot.kit.jobs import Handler
from trulybot.kit.letters import Letters
from trulybot.kit.net.opening import OpenWeb
from trulybot.leads import deleting
from trulybot.leads.delivering import TELLING_OFF, Delivering
from trulybot.leads.telling import TELLING, Telling
from trulybot.leads.webhook_queries import DELIVERING


def lead_tasks(db: Database, letters: Letters, telling: Telling, web: OpenWeb) -> dict[str, Handler]:
    delivering = Delivering(db, letters, web)
    return {
        TELLING: telling.tell,
        DELIVERING: delivering.deliver,
        TELLING_OFF: delivering.tell_off,
        deleting.ERASING: deleting.Erasing(db).erase,
    }
