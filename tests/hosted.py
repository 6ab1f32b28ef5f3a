"""A hosted workspace, and the console that sends its people in: with a key of its own, made for the test."""

from pathlib import Path

import httpx
import msgspec

from tests.cast import Browser
from trulybot.contract import GIVEN, PASS_LIFETIME, TOKEN, Given, Pass
from trulybot.kit import passes
from trulybot.kit.clock import now
from trulybot.kit.ranks import Rank
from trulybot.kit.security import new_token
from trulybot.settings import Settings

CONSOLE = "https://app.example.net"
HOST = "acorn.example.com"
ADDRESS = f"https://{HOST}"
ID = "acorn1"
GATEWAY_TOKEN = "acorn's token"
MIRA = "mira@acorn.example"


class Console:
    """Hosts one workspace: writes what it is told, and signs passes for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = passes.new_key()
        self.given = Given(
            workspace=ID,
            address=f"https://{HOST}",
            hosts=(HOST,),
            console=CONSOLE,
            signers=(passes.public_of(self.key),),
            idle_seconds=600,
        )
        folder.mkdir(parents=True)
        (folder / TOKEN).write_text(GATEWAY_TOKEN)
        self.give()

    def give(self, **changed: object) -> None:
        self.given = msgspec.structs.replace(self.given, **changed)
        (self.folder / "new").write_bytes(msgspec.json.encode(self.given))
        (self.folder / "new").replace(self.folder / GIVEN)

    def settings(self, data: Path) -> Settings:
        return Settings(data=data, given=self.folder, gateway=self.folder.parent / "g")

    def signed(
        self, email: str = MIRA, role: Rank = "owner", *, workspace: str = ID, lasts: int = PASS_LIFETIME
    ) -> str:
        shown = Pass(workspace=workspace, nonce=new_token(), email=email, role=role, expires_at=now() + lasts)
        return passes.signed(shown, self.key)


async def arrive(browser: Browser, shown: str, origin: str | None = CONSOLE, **fields: str) -> httpx.Response:
    headers = {"accept": "text/html", "sec-fetch-site": "cross-site"} | ({"origin": origin} if origin else {})
    return await browser.post("/arrive", data={"pass": shown, **fields}, headers=headers)


async def who_is(browser: Browser) -> tuple[str, str]:
    profile = (await browser.get("/api/user/profile")).json()
    return profile["name"], profile["role"]
