"""Whether a domain is its owner's: they can put a token of ours into its DNS, or on its site."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trulybot.kit.net.addresses import Reach
from trulybot.kit.net.outcomes import Fetched

RECORD = "_trulybot"  # TXT, below the name
PAGE = "/.well-known/trulybot.txt"
SECONDS = 10.0
MOST_BYTES = 10_000


@dataclass(frozen=True)
class Proving:
    """`resolvers` are DNS servers as (address, port); without any, this machine's own are asked."""

    resolvers: Sequence[tuple[str, int]] = ()
    reach: Reach = field(default_factory=Reach)
    port: int = 80

    async def shows(self, name: str, token: str) -> bool:
        return await self._in_dns(name, token) or await self._on_its_site(name, token)

    async def _in_dns(self, name: str, token: str) -> bool:
        import dns.asyncresolver  # late: a domain is proven once
        import dns.exception

        resolver = dns.asyncresolver.Resolver(configure=not self.resolvers)
        if self.resolvers:
            resolver.nameservers = [address for address, _ in self.resolvers]
            resolver.port = self.resolvers[0][1]
        try:
            answer = await resolver.resolve(f"{RECORD}.{name}", "TXT", lifetime=SECONDS)
        except dns.exception.DNSException:
            return False
        return any(b"".join(record.strings) == token.encode() for record in answer)

    async def _on_its_site(self, name: str, token: str) -> bool:
        from trulybot.kit.net.client import Limits, Web

        with tempfile.TemporaryDirectory() as folder:
            async with Web(reach=self.reach, limits=Limits(most_bytes=MOST_BYTES, seconds=SECONDS)) as web:
                page = await web.get(f"http://{name}:{self.port}{PAGE}", into=Path(folder))
            return isinstance(page, Fetched) and page.path.read_bytes().strip() == token.encode()
