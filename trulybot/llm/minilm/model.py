"""all-MiniLM-L6-v2 on this machine's processor. Loads numpy and onnxruntime: import it in a child process only."""

import os
import sys
from math import ceil
from pathlib import Path

import numpy as np
import onnxruntime

from trulybot.llm.minilm import files
from trulybot.llm.minilm.tokens import tokenizer

TOKENS = 256
MOST_AT_ONCE = 4


class MiniLM:
    """Raises files.WrongModel if its files are not the right ones. Threads may share it, `texts_at_once` of them."""

    def __init__(self) -> None:
        self._tokenizer = tokenizer()
        self._tokenizer.enable_truncation(TOKENS)
        self._session = _session(files.model())
        self.texts_at_once = min(MOST_AT_ONCE, _processors())

    def vector(self, text: str) -> bytes:
        """One text at a time: a batch pads its texts to the longest, and was slower and ten times larger."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = self._session.run(None, inputs)
        # Without padding the attention mask is all ones, so the mean over it is the mean.
        mean = states[0].mean(axis=0, dtype=np.float32)
        return bytes((mean / np.linalg.norm(mean)).astype("<f4").tobytes())


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # A text is the work of one thread, several texts that of several. Threads that share a text would wait for each
    # other spinning, also long after the last one, on the processors that are to search and to answer.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The arena keeps the largest text it ever saw; without it memory stays at the model's size at the same speed.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _processors() -> int:
    if sys.platform == "linux":
        return min(len(os.sched_getaffinity(0)), _container_processors())
    return os.cpu_count() or 1


def _container_processors() -> int:
    """A container's share; threads beyond it would only spend it on waiting for each other."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or "max"
        return MOST_AT_ONCE
