"""`trulybot ask`: one question, answered in the terminal as a visitor would be, and kept nowhere."""

import click

from trulybot.chat.answering import Asked, answer, at_once
from trulybot.settings import Settings
from trulybot.workspace import Workspace


async def ask(settings: Settings, question: str) -> None:
    workspace = Workspace.open(settings)
    try:
        room = await workspace.room()
        given = at_once(question, room.preferences) or await answer(Asked(question), room)
    finally:
        await workspace.close()
    click.echo(given.text)
    for cited in given.citations:
        click.echo(f"[{cited.n}] {cited.title}{f' – {cited.url}' if cited.url else ''}")
