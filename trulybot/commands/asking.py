"""`trulybot ask`: one question, answered in the terminal as a visitor would be, and kept nowhere."""

import click

from trulybot.chat.answering import Room, answer, at_once
from trulybot.settings import Settings
from trulybot.workspace import Workspace


async def ask(settings: Settings, question: str) -> None:
    workspace = Workspace.open(settings)
    try:
        room = Room(await workspace.choices.now(), workspace.library)
        given = at_once(question, room.preferences) or await answer(question, room)
    finally:
        await workspace.close()
    click.echo(given.text)
    for cited in given.citations:
        click.echo(f"[{cited.n}] {cited.title}{f' – {cited.url}' if cited.url else ''}")
