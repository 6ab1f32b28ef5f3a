"""One workspace's container from start to end: healthy, signed in to, stopped, started again."""

import time

import pytest

from tests.container.composition import Composition

pytestmark = pytest.mark.container

LONGEST_STOP = 5  # seconds


def new_key(workspace: Composition) -> dict[str, str]:
    created = workspace.run("trulybot", "api-key", "create", "test")
    assert created.returncode == 0, created.stderr
    return {"Authorization": f"Bearer {created.stdout.strip()}"}


def test_it_becomes_healthy(workspace: Composition) -> None:
    def healthy() -> bool:
        return bool(workspace.inspected()["State"]["Health"]["Status"] == "healthy")

    workspace.wait_for(healthy, "Docker to call it healthy")


def test_its_log_tells_a_new_owner_where_to_sign_in(workspace: Composition) -> None:
    assert workspace.sign_in_link() is not None, workspace.logs()


def test_doctor_finds_nothing_wrong(workspace: Composition) -> None:
    examined = workspace.run("trulybot", "doctor")
    assert examined.returncode == 0, examined.stdout + examined.stderr


def test_it_reads_embeds_and_answers_within_its_limits(own_workspace: Composition) -> None:
    """All that the read-only root, the missing privileges and the limits could forbid."""
    key = new_key(own_workspace)
    text = "Our shop is open from nine to five on weekdays. It is closed on Sundays and public holidays."
    _, source = own_workspace.call("POST", "/api/text-upload", {"title": "Opening hours", "text": text}, **key)

    def ready() -> bool:
        document = own_workspace.call("GET", f"/api/documents/{source['id']}", **key)[1]
        assert document["status"] != "failed", document
        return bool(document["status"] == "ready")

    own_workspace.wait_for(ready, "the text to be ready")
    found = own_workspace.call("GET", "/api/search?q=opening+hours", **key)[1]["passages"]
    assert found[0]["vector"] > 0
    answered = own_workspace.call("POST", "/api/chat", {"question": "When is the shop open on weekdays?"})[1]
    assert "nine to five" in answered["answer"]


def test_what_it_stored_survives_its_container(own_workspace: Composition) -> None:
    key = new_key(own_workspace)
    assert own_workspace.status("/api/settings", **key) == 200
    first = own_workspace.container

    own_workspace.down()
    own_workspace.up()

    assert own_workspace.container != first
    assert own_workspace.status("/api/settings", Authorization="Bearer wrong") == 401
    assert own_workspace.status("/api/settings", **key) == 200


def test_it_stops_at_once_when_asked(own_workspace: Composition) -> None:
    began = time.monotonic()
    stopped = own_workspace.compose("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert time.monotonic() - began < LONGEST_STOP
    assert own_workspace.inspected()["State"]["ExitCode"] in (0, 143)
