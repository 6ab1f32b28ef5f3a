import subprocess
import sys

from tests.distributing import ROOT, group_of


def test_docker_tests_form_one_group_and_any_other_file_its_own() -> None:
    assert {group_of(test) for test in _collected("tests/container")} == {"docker"}
    assert group_of("tests/test_needs.py::test_one") == "tests/test_needs.py"


def test_the_longest_group_is_handed_out_first_and_browsers_last() -> None:
    collected = _collected("tests/browser/test_chat.py", "tests/test_needs.py", "tests/container")
    groups = list(dict.fromkeys(group_of(test) for test in collected))
    assert groups == ["docker", "tests/test_needs.py", "tests/browser/test_chat.py"]


def _collected(*where: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *where]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60).stdout
    return [line for line in said.splitlines() if "::" in line]
