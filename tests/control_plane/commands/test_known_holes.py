import pytest

from control_plane.commands.known_holes import holes_in

OF_2024 = {"CVE-2024-21626"}
OF_2025 = {"CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"}


@pytest.mark.parametrize(
    ("version", "holes"),
    [
        ("1.1.5+ds1", OF_2024 | OF_2025),
        ("1.1.11", OF_2024 | OF_2025),
        ("1.1.12", OF_2025),
        ("1.2.7", OF_2025),
        ("1.2.8", set()),
        ("1.3.2", OF_2025),
        ("1.3.3", set()),
        ("v1.4.0-rc.2", OF_2025),
        ("1.4.0-rc.3", set()),
        ("1.4.0", set()),
        ("1.5.1", set()),
        ("2.0.0", set()),
    ],
)
def test_a_version_has_the_holes_that_were_mended_after_it(version: str, holes: set[str]) -> None:
    assert {hole.name for hole in holes_in("runc", version)} == holes


def test_each_line_of_versions_has_its_own_mending() -> None:
    assert holes_in("containerd", "1.7.24~ds1") and holes_in("containerd", "2.0.6")
    assert not holes_in("containerd", "1.7.29") and not holes_in("containerd", "2.2.0")


def test_what_cannot_be_read_is_not_believed() -> None:
    assert holes_in("runc", "unknown")
