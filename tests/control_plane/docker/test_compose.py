"""`docker compose --profile saas up`, and a customer who comes to it: from sign-up to an answer on a website."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from control_plane.warden.template import INSTANCE
from tests.browser.host import hosting
from tests.container.composition import ROOT
from tests.control_plane.docker.conftest import docker
from tests.control_plane.steps import PATIENCE, SLUG, add_source, ask_in_widget, go_in, make_workspace, sign_up
from trulybot.kit.server import free_port

pytestmark = [pytest.mark.container, pytest.mark.browser]

ROLES = ("warden", "control", "edge")


class Saas:
    """compose.yaml's profile under a project name, and on a port, of its own."""

    def __init__(self, image: str) -> None:
        self.project = f"tbsaas{os.getpid()}"
        self.port = free_port("127.0.0.1", 18800)
        self._settings = {
            "TRULYBOT_IMAGE": image,
            "TRULYBOT_PORT": str(self.port),
            "TRULYBOT_PUBLISH_HTTP": f"127.0.0.1:{self.port}:{self.port}",
            "TRULYBOT_PUBLISH_HTTPS": "127.0.0.1::443",
        }

    @property
    def console(self) -> str:
        return f"http://app.localhost:{self.port}"

    def address(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.port}"

    def run(self, *command: str) -> str:
        ran = subprocess.run(
            ["docker", "compose", "--project-name", self.project, "--profile", "saas", *command],
            cwd=ROOT,
            env={**os.environ, **self._settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def inspected(self, role: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(docker("inspect", self.run("ps", "--quiet", role).strip()))[0]
        return found

    def end(self) -> None:
        if left := docker("ps", "--all", "--quiet", "--filter", f"label={INSTANCE}={self.project}_root").split():
            docker("rm", "--force", *left)
        self.run("down", "--volumes")
        if kept := docker("images", "--format", "{{.Repository}}:{{.Tag}}", f"{self.project}-root-images").split():
            docker("image", "rm", *kept)


@pytest.fixture(scope="module")
def saas(image: str) -> Iterator[Saas]:
    saas = Saas(image)
    try:
        saas.run("up", "--detach", "--no-build", "--wait")
        yield saas
    finally:
        saas.end()


async def test_a_new_person_comes_from_sign_up_to_a_bot_that_answers(saas: Saas, chromium: Browser) -> None:
    owner = await chromium.new_page()
    owner.set_default_timeout(PATIENCE)
    await sign_up(owner, saas.console, lambda: _follow_link(owner, saas))
    await make_workspace(owner)
    await go_in(owner, saas.address(SLUG))
    with hosting() as shop:
        await add_source(owner, saas.address(SLUG))
        await ask_in_widget(await chromium.new_page(), shop, saas.address(SLUG))
    mark = f"label={INSTANCE}={saas.project}_root"
    (container,) = docker("ps", "--quiet", "--filter", mark).split()
    assert json.loads(docker("inspect", container))[0]["HostConfig"]["NetworkMode"] == "none"


async def _follow_link(page: Page, saas: Saas) -> bool:
    """There is no mail server, so the log of the control plane has the mail."""
    log = await asyncio.to_thread(saas.run, "logs", "control")
    found = re.search(rf"{re.escape(saas.console)}/welcome/[\w-]+", log)
    if found:
        await page.goto(found.group())
    return found is not None


@pytest.mark.parametrize(
    ("role", "sees"), [("control", "LOOK Docker’s socket is not here"), ("warden", "ok   Docker Engine ")]
)
def test_doctor_finds_nothing_wrong(saas: Saas, role: str, sees: str) -> None:
    said = saas.run("exec", "-T", role, "trulybot-control", "doctor")
    print(said)
    assert sees in said


def test_only_the_edge_has_ports_that_are_published(saas: Saas) -> None:
    published = {role: saas.inspected(role)["HostConfig"]["PortBindings"] for role in ROLES}
    assert [role for role, ports in published.items() if ports] == ["edge"]


def test_only_the_warden_can_reach_docker_and_it_has_no_network(saas: Saas) -> None:
    holding = [role for role in ROLES if any("docker.sock" in str(each) for each in saas.inspected(role)["Mounts"])]
    assert holding == ["warden"]
    assert saas.inspected("warden")["HostConfig"]["NetworkMode"] == "none"


def test_there_are_two_volumes_and_no_path_of_the_host_but_dockers_socket(saas: Saas) -> None:
    mounts = [each for role in ROLES for each in saas.inspected(role)["Mounts"]]
    assert {each["Name"] for each in mounts if each["Type"] == "volume"} == {
        f"{saas.project}_{name}" for name in ("root", "control")
    }
    assert [each["Destination"] for each in mounts if each["Type"] != "volume"] == ["/var/run/docker.sock"]


def test_the_edge_sees_names_sockets_and_its_own_folder_alone(saas: Saas) -> None:
    seen = {each["Destination"]: each["RW"] for each in saas.inspected("edge")["Mounts"]}
    assert seen == {"/srv/root/names": False, "/srv/root/run": False, "/srv/control/edge": True}


def test_each_role_is_as_poor_as_it_can_be(saas: Saas) -> None:
    image = {saas.inspected(role)["Image"] for role in ROLES}
    assert len(image) == 1
    for role in ROLES:
        host = saas.inspected(role)["HostConfig"]
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["Privileged"], role
        assert "no-new-privileges:true" in host["SecurityOpt"] and host["Memory"] and host["PidsLimit"], role
    added = {role: saas.inspected(role)["HostConfig"]["CapAdd"] or [] for role in ROLES}
    plain = {role: sorted(each.removeprefix("CAP_") for each in some) for role, some in added.items()}
    assert plain == {"warden": ["CHOWN", "DAC_OVERRIDE", "FOWNER"], "control": [], "edge": []}
    assert {role: saas.inspected(role)["Config"]["User"] for role in ROLES} == {
        "warden": "0:0",
        "control": "10001:10001",
        "edge": "10001:10001",
    }


def test_without_the_profile_there_is_one_workspace_and_with_it_none() -> None:
    listing = ["docker", "compose", "config", "--services"]
    assert subprocess.run(listing, cwd=ROOT, capture_output=True, text=True).stdout.split() == ["trulybot"]
    listing[2:2] = ["--profile", "saas"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert sorted(listed) == sorted(ROLES)
