"""The people of the tests: mira owns the workspace, charlie is a stranger, robin a program of mira's.

Her teammates: asha is an admin, gopal an agent, vera a viewer.
"""

import re

import httpx
from litestar import Litestar

from trulybot.kit.ranks import Rank

ADDRESS = "https://localhost"
MIRA = "mira@acorn.example"
PASSWORD = "plum orbit lantern"
TEAM: dict[Rank, str] = {
    "owner": MIRA,
    "admin": "asha@acorn.example",
    "agent": "gopal@acorn.example",
    "viewer": "vera@acorn.example",
}


class Browser(httpx.AsyncClient):
    """Keeps cookies and posts forms as a browser does: with an Origin and the page's CSRF token."""

    def __init__(self, app: Litestar, address: str = "203.0.113.7", at: str = ADDRESS) -> None:
        """`address` is where it connects from, and `at` the origin of what it opens."""
        transport = httpx.ASGITransport(app, client=(address, 4711))  # type: ignore[arg-type]
        super().__init__(transport=transport, base_url=at, headers={"accept": "text/html"})
        self._origin = at

    async def submit(self, path: str, **fields: str) -> httpx.Response:
        return await self.post(path, data=fields, headers={"origin": self._origin, "accept": "text/html"})

    async def csrf(self) -> str:
        page = await self.get("/account")
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
        assert found, page.text
        return found[1]

    async def is_signed_in(self) -> bool:
        return (await self.get("/api/user/profile")).status_code == 200
