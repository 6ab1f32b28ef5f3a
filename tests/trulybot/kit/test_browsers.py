import pytest

from trulybot.kit.browsers import browser_named

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36 Edg/142.0.0.0"
)


@pytest.mark.parametrize(
    ("long", "short"),
    [(FIREFOX, "Firefox · Windows"), (SAFARI, "Safari · iPhone"), (EDGE, "Edge · Mac"), ("", ""), ("<b>", "")],
)
def test_browser_is_called_by_its_short_name(long: str, short: str) -> None:
    assert browser_named(long) == short
