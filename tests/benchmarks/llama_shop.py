"""The workspace that llama.cpp writes answers for: three passages, and the questions they answer."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.asking import Caller, Heard
from tests.benchmarks.serving import ROOT, workspace
from trulybot.knowledge.chunking import Passage

PASSAGES = (
    Passage("Refunds", "", "Acorn pays every refund within five working days of the parcel’s return."),
    Passage("Shipping", "", "Parcels leave the warehouse in Pune on the next working day and take three days."),
    Passage("Contact", "", "The shop answers the phone from nine to five, Monday to Friday."),
)


@dataclass(frozen=True)
class Shop:
    data: Path
    key: str
    environment: Mapping[str, str]

    @contextmanager
    def opened(self, most_tokens: int) -> Iterator[Caller]:
        """Every question goes to the model, which would say the same each time and stops at `most_tokens`."""
        with workspace(self.data, self.environment) as server:
            caller = Caller(server, self.key)
            caller.call("PATCH", "/api/settings", {"threshold": 0, "temperature": 0, "max_tokens": most_tokens})
            yield caller

    def doctor(self) -> list[str]:
        """What `trulybot doctor` finds, line by line."""
        command = [sys.executable, "-m", "trulybot", "doctor", "--data", str(self.data)]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True).stdout.splitlines()


def conversation_in(events: list[Heard]) -> str:
    conversation: str = events[0].data["conversation"]
    return conversation


def words_in(events: list[Heard]) -> list[Heard]:
    return [heard for heard in events if heard.event == "token"]
