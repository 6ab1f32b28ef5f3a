"""The yardstick itself: what it counts, and that it does not hide a miss."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.load import load, request
from tests.benchmarks.measuring import Bar, Finding, Row, judge, medians, percentile, report, take_turns


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 51), (0.95, 96), (0.99, 100), (1, 100)])
def test_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([*range(100, 0, -1)], share) == value


def test_a_ratio_is_judged_where_there_is_a_baseline_and_the_value_where_there_is_none() -> None:
    assert report("kept", [Row("speed", 60, 100, bar=Bar(0.5, at_least=True)), Row("memory", 80, bar=Bar(85))])
    assert not report("missed", [Row("speed", 40, 100, bar=Bar(0.5, at_least=True))])
    assert not report("missed", [Row("memory", 86, bar=Bar(85))])


def test_a_missed_bar_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    report("missed", [Row("start", 3, 1, "s", Bar(2.5))])
    assert "MISSED" in capsys.readouterr().out


def test_one_thing_that_is_wrong_is_said_and_spoils_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge("right", [Finding("words come", True, "49 events")])
    assert "MISSED" not in capsys.readouterr().out
    assert not judge("wrong", [Finding("words come", False, "1 event"), Finding("it is done", True, "done")])
    assert "MISSED  words come" in capsys.readouterr().out


def test_measures_take_turns() -> None:
    order: list[str] = []
    results = take_turns(2, lambda: order.append("a"), lambda: order.append("b"))
    assert order == ["a", "b", "a", "b"]
    assert len(results) == 2
    assert medians([[1, 9, 2], [4, 4, 5]]) == [2, 4]


def test_without_a_name_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("start", "up", "writes"))


def test_an_unknown_name_is_no_success() -> None:
    assert main(["nothing-of-this-name"]) == 2


class Answering:
    """A server that gives each request the same answer, in two pieces."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.requests = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "Answering":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._stopping.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                writer.write(self.answer[:30])
                await writer.drain()
                await asyncio.sleep(0)
                writer.write(self.answer[30:])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
def server() -> Iterator[Answering]:
    with Answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") as answering:
        yield answering


def test_every_request_is_sent_and_most_are_counted(server: Answering) -> None:
    measured = load(server.port, [request("GET", "/up")] * 100, callers=4)
    assert server.requests == 100
    assert len(measured.latencies) == 90  # the first tenth warms up
    assert 0 < measured.at(0.5) <= measured.at(0.99)


def test_a_refused_request_stops_the_measurement() -> None:
    with (
        Answering(b"HTTP/1.1 429 Too Many\r\nContent-Length: 5\r\n\r\nlater") as refusing,
        pytest.raises(RuntimeError, match="429"),
    ):
        load(refusing.port, [request("GET", "/up")] * 100, callers=4)
