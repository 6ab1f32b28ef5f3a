"""The processes a test looks at: one may end while it is asked, and stays a zombie until its parent has read of it."""

import psutil


def lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def living_children(pid: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(pid).children() if lives(child)]


def command_of(process: psutil.Process) -> str:
    """What it was started with; nothing once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
