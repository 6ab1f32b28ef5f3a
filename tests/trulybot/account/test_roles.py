from pathlib import Path

from tests.cast import Browser
from trulybot.account.roles import DUTIES, table

DOC = Path(__file__).parents[3] / "docs" / "team.md"


def test_docs_have_the_table_that_the_code_has() -> None:
    lines = [f"| {says} | {' | '.join('yes' if may else 'no' for may in allowed)} |" for says, allowed in table()]
    text = DOC.read_text()
    assert len(lines) == text.count(" | yes |\n")
    assert [line for line in lines if line not in text] == []


async def test_team_page_shows_every_duty(vera: Browser) -> None:
    page = (await vera.get("/settings/team")).text
    assert all(duty.says in page for duty in DUTIES)
