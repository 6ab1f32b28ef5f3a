"""What we add to a model's own time to its first word, and 100 answers streamed at once."""

import http.client
import json
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import synthetic
from tests.benchmarks.asking import Caller
from tests.benchmarks.chat_time import fill
from tests.benchmarks.measuring import Bar, Row, percentile, report
from tests.benchmarks.serving import Server, workspace
from tests.provider import Provider, provider
from trulybot.settings import Settings

PASSAGES = 200
QUESTIONS = 60
WARM_UP = 10
STREAMS = 100
WORDS = 150
PAUSE = 0.05  # seconds from word to word, as a model takes them
LEAST_BETWEEN = 0.001


def main(argv: list[str]) -> None:
    with TemporaryDirectory() as folder, provider() as model:
        report("A model's first word, and many streams", measure(Path(folder), model))


def measure(data: Path, model: Provider) -> list[Row]:
    passages = list(synthetic.passages(PASSAGES))
    key = fill(Settings(data=data).database, passages)
    questions = list(synthetic.questions(passages, WARM_UP + QUESTIONS + STREAMS))
    with workspace(data, {"TRULYBOT_MODEL_URL": model.url}) as server:
        caller = Caller(server, key)
        caller.call("PATCH", "/api/settings", {"threshold": 0})
        added = [_added(server, caller, model, key, question) for question in questions[: WARM_UP + QUESTIONS]]
        model.answer, model.pause = "word " * WORDS, PAUSE
        before, at_most = server.pss, [0.0]
        gaps = _streamed_at_once(server, key, questions[-STREAMS:], at_most)
    return [
        Row("added to the model's first word, median", percentile(added[WARM_UP:], 0.5), unit="ms"),
        Row("added to the model's first word, p95", percentile(added[WARM_UP:], 0.95), unit="ms", bar=Bar(15)),
        Row(f"longest stall in {STREAMS} streams at once", 1000 * (max(gaps) - PAUSE), unit="ms", bar=Bar(250)),
        Row("memory a stream", (at_most[0] - before) / STREAMS, unit="MiB", bar=Bar(1)),
    ]


def _added(server: Server, caller: Caller, model: Provider, key: str, question: str) -> float:
    """Milliseconds from asking to the first word that were neither the model's nor the search's."""
    began = time.perf_counter()
    connection, response = _asked(server, key, question)
    conversation = ""
    for line in response:
        if b'"conversation"' in line:
            conversation = json.loads(line.removeprefix(b"data: "))["conversation"]
        if line.startswith(b"event: token"):
            break
    whole = time.perf_counter() - began
    response.read()
    connection.close()
    detail = caller.call("GET", f"/api/conversations/{conversation}")
    steps: dict[str, float] = detail["turns"][-1]["record"]["milliseconds"]
    own = model.first_words[-1] - model.asked_at[-1]
    return 1000 * (whole - own) - sum(taken for step, taken in steps.items() if step != "model")


def _streamed_at_once(server: Server, key: str, questions: list[str], at_most: list[float]) -> list[float]:
    """The longest silence in each, in seconds, once its first word was said."""
    gaps: list[float] = []
    readers = [
        threading.Thread(target=lambda question=question: gaps.append(_longest_gap(server, key, question)))
        for question in questions
    ]
    for reader in readers:
        reader.start()
        time.sleep(LEAST_BETWEEN)
    while any(reader.is_alive() for reader in readers):
        at_most[0] = max(at_most[0], server.pss)
        time.sleep(0.5)
    return gaps


def _longest_gap(server: Server, key: str, question: str) -> float:
    connection, response = _asked(server, key, question)
    longest, last = 0.0, 0.0
    for line in response:
        if line.startswith(b"event: token"):
            now = time.perf_counter()
            longest, last = max(longest, now - last if last else 0.0), now
    connection.close()
    return longest


def _asked(server: Server, key: str, question: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
    }
    connection.request("POST", "/api/chat", json.dumps({"question": question}), headers)
    return connection, connection.getresponse()
