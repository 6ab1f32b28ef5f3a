import hashlib
import re
from pathlib import Path

import httpx
import pytest
from jinja2 import UndefinedError
from litestar import Litestar, Response, get

from tests.cast import Browser
from trulybot.kit.access import open_to
from trulybot.kit.pages import TEMPLATES, AnyRequest, Pages
from trulybot.kit.static import KEPT_FOR_EVER, Static

HTMX = {
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "hx-sse-4.0.1.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
}
MOST_CSS = 12 * 1024  # bytes, compressed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "a.css").write_text("a{}")
    (tmp_path / "static" / "css" / "b.css").write_text("b{}")
    (tmp_path / "static" / "one.js").write_text("export {}")
    (tmp_path / "said.html").write_text("<p>{{ said }}</p>{{ workspace }}")
    return tmp_path


async def _shown(folder: Path, **context: object) -> httpx.Response:
    pages = Pages(lambda _: {"workspace": "Acorn"}, folder)

    @get("/", opt=open_to("anyone"))
    async def show(request: AnyRequest) -> Response[str]:
        return pages.render("said.html", request, 418, **context)

    transport = httpx.ASGITransport(Litestar([show], openapi_config=None))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
        return await client.get("/")


async def test_page_is_html_with_its_status_and_what_every_page_knows(folder: Path) -> None:
    answer = await _shown(folder, said="hello")
    assert (answer.status_code, answer.text) == (418, "<p>hello</p>Acorn")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_page_escapes_what_people_typed(folder: Path) -> None:
    answer = await _shown(folder, said="<script>alert(1)</script>")
    assert answer.text.startswith("<p>&lt;script&gt;")


async def test_page_without_a_value_it_needs_is_an_error(folder: Path) -> None:
    pages = Pages(lambda _: {"workspace": "Acorn"}, folder)
    with pytest.raises(UndefinedError):
        pages._environment.get_template("said.html").render(workspace="Acorn")


def test_stylesheets_are_sent_as_one(folder: Path) -> None:
    assert Static(folder / "static").asset("all.css").body == b"a{}\nb{}"


def test_address_changes_with_the_content(folder: Path) -> None:
    before = Static(folder / "static").address("one.js")
    assert Static(folder / "static").address("one.js") == before
    (folder / "static" / "css" / "a.css").write_text("a{color:red}")
    assert Static(folder / "static").address("one.js") != before


def test_page_cannot_name_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(KeyError):
        Static(folder / "static").address("two.js")


async def test_file_is_kept_for_ever_under_its_own_address_only(charlie: Browser) -> None:
    address = re.findall(r'href="(/static/\w+/all.css)"', (await charlie.get("/chat")).text)[0]
    answer = await charlie.get(address, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == KEPT_FOR_EVER
    assert answer.headers["content-type"].startswith("text/css")
    assert (await charlie.get("/static/another/all.css")).headers["cache-control"] == "no-cache"
    plain = await charlie.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == answer.text


@pytest.mark.parametrize("name", ["two.js", "../mark.html", "%2e%2e/mark.html", "js/../../trulybot/chat/chat.html"])
async def test_nothing_but_static_files_is_served(charlie: Browser, name: str) -> None:
    answer = await charlie.get(f"/static/x/{name}")
    assert answer.status_code == 404 and "<!doctype" in answer.text


@pytest.mark.parametrize("name", HTMX)
def test_htmx_is_the_one_that_was_released(name: str) -> None:
    assert hashlib.sha256((TEMPLATES / "static/vendor" / name).read_bytes()).hexdigest() == HTMX[name]


def test_styles_stay_small() -> None:
    assert len(Static(TEMPLATES / "static").asset("all.css").gzipped) <= MOST_CSS


# Mail programs keep no other style than what stands at an element.
@pytest.mark.parametrize(
    "template",
    sorted({*TEMPLATES.rglob("*.html")} - {TEMPLATES / "shared/mail/letter.html"}),
    ids=lambda path: path.name,
)
def test_template_holds_no_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", text)


@pytest.mark.parametrize("script", sorted((TEMPLATES / "static/js").glob("*.js")), ids=lambda path: path.name)
def test_script_never_makes_markup_of_text(script: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script.read_text())
