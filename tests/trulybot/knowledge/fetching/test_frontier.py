from trulybot.kit.net.urls import web_address
from trulybot.knowledge.fetching.frontier import MOST_DAYS_OF_A_CALENDAR, MOST_FILTERS_OF_A_PATH, Frontier


def drained(frontier: Frontier) -> list[str]:
    found = []
    while due := frontier.next():
        found.append(due[0].target)
    return found


def offered(*paths: str, most_pages: int = 1000) -> list[str]:
    frontier = Frontier(most_pages)
    for path in paths:
        frontier.offer(web_address(f"http://a.example{path}"), 1)
    return drained(frontier)


def test_nearest_comes_first_and_each_once() -> None:
    frontier = Frontier(10)
    for path, depth in (("/far", 2), ("/near", 1), ("/start", 0), ("/near", 0), ("/near2", 1)):
        frontier.add(web_address(f"http://a.example{path}"), depth)
    assert len(frontier) == 4
    assert drained(frontier) == ["/start", "/near", "/near2", "/far"]


def test_articles_by_number_are_all_taken() -> None:
    articles = [f"/article/{n}" for n in range(300)] + [f"/?id={n}" for n in range(300)]
    assert offered(*articles) == articles


def test_calendar_ends() -> None:
    days = [f"/calendar/{year}/{day}" for year in range(2000, 2010) for day in range(1, 60)]
    assert len(offered(*days)) == MOST_DAYS_OF_A_CALENDAR


def test_combinations_of_filters_end() -> None:
    assert len(offered(*(f"/shop?colour={n}&size={n}" for n in range(300)))) == MOST_FILTERS_OF_A_PATH


def test_path_that_repeats_itself_ends() -> None:
    assert offered("/a/b/a/b/a/b", "/a/b/a/b/a/b/a/b") == ["/a/b/a/b/a/b"]


def test_pictures_and_programs_are_not_asked_for() -> None:
    assert offered("/x.png", "/x.PDF", "/x.css", "/x.zip", "/v1.2", "/x.html") == ["/x.PDF", "/v1.2", "/x.html"]


def test_number_of_addresses_is_bounded() -> None:
    assert len(offered(*(f"/{n}" for n in range(1000)), most_pages=2)) == 100
