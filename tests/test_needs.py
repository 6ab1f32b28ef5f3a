import pytest

from tests import needs


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    needs._missing.cache_clear()
    monkeypatch.delenv("TRULYBOT_REQUIRE", raising=False)


def test_a_test_without_its_docker_skips_and_says_why(no_docker: None) -> None:
    with pytest.raises(pytest.skip.Exception, match="no docker command"):
        needs.require("docker")


def test_a_test_without_its_docker_fails_where_docker_is_required(
    no_docker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRULYBOT_REQUIRE", "chromium,docker")
    with pytest.raises(pytest.fail.Exception, match="asks for docker"):
        needs.require("docker")


@pytest.fixture(autouse=True)
def forget_what_was_found() -> object:
    yield
    needs._missing.cache_clear()
