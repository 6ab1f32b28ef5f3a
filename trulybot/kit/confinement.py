"""What a process that reads strangers' files allows itself. Called by the child, on itself, first of all."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 128
WRITTEN_FILE_BYTES = 16 * 1024 * 1024  # Python's own byte code; nothing else is written


def confine(memory_bytes: int) -> None:
    """Limits on memory, files and core dumps, and death with the parent. CPU has none: the parent watches the clock."""
    if sys.platform == "linux":
        die_with_the_parent()
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if sys.platform != "win32":  # Windows has no such limits; there the time limits of the parent remain
        _limit(memory_bytes)


def die_with_the_parent() -> None:
    """For a child stuck in a library's loop, or one that is not ours; any other sees the end of its input. Linux."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _limit(memory_bytes: int) -> None:
    import resource

    # Not RLIMIT_AS: onnxruntime and glibc reserve far more addresses than they use. macOS enforces neither.
    _lower(resource.RLIMIT_DATA, memory_bytes)
    _lower(resource.RLIMIT_FSIZE, WRITTEN_FILE_BYTES)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(which: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
