"""Does search find what answers, and know when nothing does? Public sets, also misspelt, and each other's questions."""

import argparse
import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from tests.benchmarks.judgements import DEPTH, JudgedSet, Quality, quality, read_sets, with_typos
from tests.benchmarks.measuring import Bar, Row, percentile, report
from tests.corpus import open_corpus
from trulybot.kit.database import Database
from trulybot.knowledge import vectors
from trulybot.knowledge.calibration import calibrate
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.reader import knowledge_child
from trulybot.knowledge.search import Findings, search
from trulybot.knowledge.understanding import understand
from trulybot.llm.embedding import Embedder
from trulybot.llm.local import LocalEmbedder

PASSAGES = 80  # fetched, enough for ten distinct documents
AT_ONCE = 64
GOOD = {"stackfaq-answers": Bar(0.91, at_least=True), "squad2-dev": Bar(0.90, at_least=True)}
UNHURT_BY_TYPOS = Bar(0.95, at_least=True)
KEPT = Bar(94, at_least=True)
REFUSED = Bar(90, at_least=True)


@dataclass(frozen=True)
class Workspace:
    judged: JudgedSet
    database: Database


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="search_quality", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the judged sets")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth question, for a quick look")
    options = parser.parse_args(argv)
    sets = read_sets(options.data)
    with TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), sets, options.every))


async def _measure(folder: Path, sets: Sequence[JudgedSet], every: int) -> None:
    child = knowledge_child()
    embedder = LocalEmbedder(child)
    workspaces = []
    for judged in sets:
        database = await open_corpus(folder / f"{judged.name}.db", judged.documents, embedder)
        await calibrate(database, embedder)
        await calibrate(database, None)
        workspaces.append(Workspace(judged, database))
    try:
        for workspace in workspaces:
            await _report_workspace(workspace, workspaces, embedder, every)
    finally:
        for workspace in workspaces:
            workspace.database.close()
        await child.close()


async def _report_workspace(
    workspace: Workspace, workspaces: Sequence[Workspace], embedder: Embedder, every: int
) -> None:
    judged = workspace.judged
    asked = _every(judged.questions, every)
    clean = await _all(workspace.database, asked, embedder)
    misspelt = await _all(workspace.database, with_typos(asked), embedder)
    report(f"{judged.name}: {len(asked)} questions", _quality_rows(judged, clean))
    ratios = _typo_rows(judged, clean, misspelt)
    report(f"{judged.name}: two typos a question, beside the same without", ratios)
    foreign = [
        question for other in workspaces if other is not workspace for question in other.judged.questions.items()
    ]
    if foreign:
        refusing = await _all(workspace.database, _every(dict(foreign), every), embedder, only_fused=True)
        _report_answerable(judged.name, clean, refusing)


@dataclass(frozen=True)
class Answers:
    """The findings of each question: by words alone, by vectors alone (documents, best first), and by both."""

    words: dict[str, Findings]
    vectors: dict[str, list[str]]
    fused: dict[str, Findings]


async def _all(
    database: Database, questions: Mapping[str, str], embedder: Embedder, only_fused: bool = False
) -> Answers:
    found = Answers({}, {}, {})
    keys = list(questions)
    for start in range(0, len(keys), AT_ONCE):
        group = keys[start : start + AT_ONCE]
        understood = [await database.read(understand, questions[key]) for key in group]
        embedded = await embedder.embed([one.text for one in understood])
        for key, one, vector in zip(group, understood, embedded, strict=True):
            found.fused[key] = await database.read(search, one, vector, PASSAGES)
            found.words[key] = await database.read(search, one, None, PASSAGES)
        if not only_fused:
            raw = await embedder.embed([questions[key] for key in group])
            for key, vector in zip(group, raw, strict=True):
                found.vectors[key] = await database.read(_by_vector, vector)
    return found


def _by_vector(connection: Connection, vector: bytes) -> list[str]:
    index = vectors.index_in(connection, "serving")
    assert index
    cosines = vectors.cosines(connection, index, vector, vectors.nearest(connection, index, vector, PASSAGES))
    rows = connection.exec_driver_sql("SELECT passages.id, url FROM passages JOIN pages ON pages.id = page_id")
    urls = {passage: url for passage, url in rows}
    return _distinct(urls[passage] for passage in sorted(cosines, key=lambda passage: -cosines[passage]))


def _quality_rows(judged: JudgedSet, found: Answers) -> list[Row]:
    rows = []
    for name, rankings in _rankings(found).items():
        measured = quality(judged, rankings)
        bar = GOOD.get(judged.name) if name == "fused" else None
        rows += [
            Row(f"{name}: nDCG@10", measured.ndcg, bar=bar),
            Row(f"{name}: recall@5", measured.recall),
            Row(f"{name}: MRR@10", measured.reciprocal_rank),
        ]
    return rows


def _typo_rows(judged: JudgedSet, clean: Answers, misspelt: Answers) -> list[Row]:
    measure = partial(quality, judged)
    before: dict[str, Quality] = {name: measure(rankings) for name, rankings in _rankings(clean).items()}
    return [
        Row(
            f"{name}: nDCG@10",
            measure(rankings).ndcg,
            before[name].ndcg,
            bar=UNHURT_BY_TYPOS if name == "fused" else None,
        )
        for name, rankings in _rankings(misspelt).items()
    ]


def _rankings(found: Answers) -> dict[str, dict[str, list[str]]]:
    return {
        "keyword": {key: _documents(findings) for key, findings in found.words.items()},
        "vector": found.vectors,
        "fused": {key: _documents(findings) for key, findings in found.fused.items()},
    }


def _report_answerable(name: str, answerable: Answers, foreign: Answers) -> None:
    for by, own, other in (
        ("fused", answerable.fused, foreign.fused),
        ("keyword", answerable.words, foreign.words),
    ):
        kept = [findings.confidence for findings in own.values()]
        refused = [findings.confidence for findings in other.values()]
        rows = [
            Row("answerable questions kept", _share(kept, ANSWERABLE), unit="%", bar=KEPT if by == "fused" else None),
            Row(
                "the other set's questions refused",
                100 - _share(refused, ANSWERABLE),
                unit="%",
                bar=REFUSED if by == "fused" else None,
            ),
        ]
        report(f"{name}: can this be answered? {by}, at the threshold the workspace set itself", rows)
        print("\n  the whole curve: kept " + "".join(f"{share:>8}%" for share in (99, 98, 97, 95, 94, 92, 90, 85, 80)))
        thresholds = [percentile(kept, 1 - share / 100) for share in (99, 98, 97, 95, 94, 92, 90, 85, 80)]
        print("                  refused " + "".join(f"{100 - _share(refused, at):>8.1f}%" for at in thresholds))


def _share(confidences: Sequence[float], threshold: float) -> float:
    return 100 * sum(confidence >= threshold for confidence in confidences) / len(confidences)


def _documents(findings: Findings) -> list[str]:
    return _distinct(passage.url or "" for passage in findings.passages)


def _distinct(documents: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(documents))[:DEPTH]


def _every(questions: Mapping[str, str], nth: int) -> dict[str, str]:
    return dict(list(questions.items())[::nth])
