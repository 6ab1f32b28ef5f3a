"""Operators are made on the command line of the platform, and nowhere else."""

import subprocess
import sys
from urllib.parse import urlsplit

from litestar import Litestar

from control_plane.platform import Platform
from control_plane.settings import Settings
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.conftest import OLGA


def create(settings: Settings, email: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "control_plane", "staff", "create", email]
    folders = ["--root", str(settings.root), "--control", str(settings.control)]
    return subprocess.run([*command, *folders], capture_output=True, text=True, timeout=60)


async def test_the_printed_link_makes_an_operator_once(app: Litestar, stranger: Browser, settings: Settings) -> None:
    link = create(settings, OLGA).stdout.strip()
    assert link.startswith(f"{settings.console}/welcome/")
    path = urlsplit(link).path
    assert "operate this platform" in (await stranger.get(path)).text
    assert (await stranger.submit(path, password=PASSWORD)).status_code == 303
    assert (await stranger.get("/api/user/profile")).json()["role"] == "operator"
    assert (await stranger.get(path)).status_code == 410


async def test_a_later_link_ends_the_one_before(app: Litestar, stranger: Browser, settings: Settings) -> None:
    first, second = (urlsplit(create(settings, OLGA).stdout.strip()).path for _ in range(2))
    assert (await stranger.get(first)).status_code == 410
    assert (await stranger.get(second)).status_code == 200


async def test_who_has_an_account_is_an_operator_from_the_next_click_on(
    mira: Browser, settings: Settings, platform: Platform
) -> None:
    assert (await mira.get("/api/user/profile")).json()["role"] == "customer"
    assert "is an operator now" in create(settings, MIRA).stdout
    assert (await mira.get("/api/user/profile")).json()["role"] == "operator"


def test_what_is_no_address_is_refused(settings: Settings) -> None:
    refused = create(settings, "olga")
    assert refused.returncode == 1 and "whole e-mail address" in refused.stderr
