import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from tests.certificates import certificate_of
from tests.web_clients import OPEN, PUBLIC, QUICK
from tests.web_site import Page, Site, web_site
from trulybot.kit.net.addresses import IPAddress, Reach
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import (
    Fetched,
    Refused,
    Unreachable,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of(x509.DNSName("example.test"), tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_site(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with web_site(tls=context) as site:
        yield site


@pytest.fixture
async def tls_web(certificate: Path) -> AsyncIterator[Web]:
    async def resolve(host: str, port: int) -> list[IPAddress]:
        return [PUBLIC]

    trust = ssl.create_default_context(cafile=str(certificate))
    reach = Reach(allow=OPEN.allow, ports=None, resolve=resolve)
    async with Web(reach=reach, limits=QUICK, tls=trust) as web:
        yield web


async def test_certificate_is_checked_against_the_name(tls_site: Site, tls_web: Web, tmp_path: Path) -> None:
    tls_site.pages["/"] = Page(b"x")
    right, wrong = (f"https://{name}:{tls_site.port}/" for name in ("example.test", "other.test"))
    assert isinstance(await tls_web.get(right, into=tmp_path), Fetched)
    assert await tls_web.get(wrong, into=tmp_path) == Unreachable(wrong, "certificate")
    assert len(tls_site.asked) == 1


async def test_redirect_from_https_down_to_http_is_refused(
    site: Site, tls_site: Site, tls_web: Web, tmp_path: Path
) -> None:
    tls_site.pages["/"] = Page(status=302, headers={"Location": f"{site.address}/"})
    outcome = await tls_web.get(f"https://example.test:{tls_site.port}/", into=tmp_path)
    assert outcome == Refused(f"{site.address}/", "downgrade")
    assert site.asked == []
