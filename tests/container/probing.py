"""What a hostile workspace would try. Each function runs inside its container, and needs Python's own library only."""

import ctypes
import errno
import http.client
import json
import os
import resource
import select
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import Any

SECONDS = 1.0
O_CREAT_RDWR = os.O_CREAT | os.O_RDWR
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
IO_URING_SETUP = 425  # the same on every architecture


def interfaces() -> list[str]:
    return [name for _, name in socket.if_nameindex()]


def routes() -> list[str]:
    with open("/proc/net/route") as file:
        return file.read().splitlines()[1:]


def reached(*destinations: Sequence[Any]) -> dict[str, str]:
    """Of each a kind and an address: why nothing answers there, or that something does."""
    return {" ".join(map(str, each)): _outcome(*each) for each in destinations}


def resolved(*names: str) -> list[str]:
    return [name for name in names if _is_resolved(name)]


def asked_of_name_servers(*addresses: str) -> list[str]:
    """Those that answer a question of DNS."""
    question = bytes.fromhex("abcd0100000100000000000007657861" + "6d706c6503636f6d0000010001")
    answered = []
    for address in addresses:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(SECONDS)
            client.sendto(question, (address, 53))
            client.recv(512)
            answered.append(address)
    return answered


def writable() -> dict[str, list[str]]:
    """Every place that takes a new file, and every file elsewhere that can be opened to be written; not what is below
    /proc of our own processes, to which /dev/stdout and its like lead."""
    found: dict[str, list[str]] = {"folders": [], "files": [], "devices": []}
    for folder, folders, files in os.walk("/"):
        if _takes_a_file(folder):
            found["folders"].append(folder)
            folders.clear()
            continue
        if folder == "/proc":
            folders[:] = [name for name in folders if not name.isdecimal()]
        for path in (os.path.join(folder, name) for name in files):
            if not os.path.realpath(path).startswith(f"/proc/{os.getpid()}/") and _opens_for_writing(path):
                found["devices" if stat.S_ISCHR(os.stat(path).st_mode) else "files"].append(path)
    return {kind: sorted(paths) for kind, paths in found.items()}


def executes(folder: str) -> bool:
    """Whether a program that lies there runs."""
    path = os.path.join(folder, "program")
    with open(path, "w") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.chmod(path, 0o755)
    try:
        return subprocess.run([path]).returncode == 0
    except PermissionError:
        return False
    finally:
        os.unlink(path)


def granted() -> list[str]:
    """What the kernel lets us do of that which it should not."""
    return [name for name, attempt in _ATTEMPTS.items() if attempt()]


def mentions(word: str) -> list[str]:
    """Where a word stands: names of files, and what processes were called with."""
    found = [folder for folder, folders, files in os.walk("/") if word in " ".join((*folders, *files))]
    for path in _of_processes("cmdline", "environ", "mountinfo"):
        with suppress(OSError), open(path, "rb") as file:
            if word.encode() in file.read():
                found.append(path)
    return found


def users_of_processes() -> list[int]:
    return sorted({os.stat(f"/proc/{pid}").st_uid for pid in _pids()})


def namespaces() -> dict[str, str]:
    return {name: os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")}


def opened(*paths: str) -> list[str]:
    """Those that can be opened, or connected to where they are sockets."""
    found = []
    for path in paths:
        with suppress(OSError):
            os.close(os.open(path, os.O_RDONLY))
            found.append(path)
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            found.append(path)
    return found


def put_link(path: str, target: str) -> None:
    """In the place of what is there, which is kept beside it."""
    os.rename(path, f"{path}.kept")
    os.symlink(target, path)


def take_link_away(path: str) -> None:
    os.unlink(path)
    os.rename(f"{path}.kept", path)


def asked_of_gateway(token: str) -> int:
    """The status of the answer to who shows this token."""
    connection = http.client.HTTPConnection("gateway", timeout=10)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect("/run/control/control.sock")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/security-events", json.dumps({"kind": "tried"}), headers)
    with closing(connection):
        return connection.getresponse().status


def held_open(path: str, number: int) -> int:
    """Of so many connections at once, those that are not closed by the other side, a moment later."""
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(number)]
        for client in clients:
            client.settimeout(SECONDS)
            client.connect(path)
        time.sleep(SECONDS)
        return sum(not select.select([client], [], [], 0)[0] for client in clients)


def _outcome(kind: str, *address: Any) -> str:
    try:
        with closing(_dialled(kind, address)) as connection:
            if kind.startswith("udp"):
                connection.send(b"ping")
                connection.recv(64)
        return "answers"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _is_resolved(name: str) -> bool:
    with suppress(OSError):
        return bool(socket.getaddrinfo(name, 443))
    return False


def _dialled(kind: str, address: tuple[Any, ...]) -> socket.socket:
    ways: dict[str, tuple[int, int, Any]] = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, address),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM, address),
        "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, address),
        "udp6": (socket.AF_INET6, socket.SOCK_DGRAM, address),
        "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{address[0]}"),
        "vsock": (socket.AF_VSOCK, socket.SOCK_STREAM, address),
    }
    family, how, at = ways[kind]
    connection = socket.socket(family, how)
    connection.settimeout(SECONDS)
    connection.connect(at)
    return connection


def _takes_a_file(folder: str) -> bool:
    path = os.path.join(folder, f"tried-{os.getpid()}")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False
    os.unlink(path)
    return True


def _opens_for_writing(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _pids() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdecimal()]


def _of_processes(*files: str) -> Iterator[str]:
    for pid in _pids():
        if int(pid) != os.getpid():
            yield from (f"/proc/{pid}/{file}" for file in files)


def _mknod() -> int:
    with suppress(OSError):
        os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, os.makedev(254, 0))
        return 0
    return -1


def _raised_limit() -> bool:
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        return True
    return False


def _raw_socket() -> bool:
    with suppress(OSError):
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
        return True
    return False


_C = ctypes.CDLL(None)


def _with_handle() -> int:
    """Root of the file system that /data is in, by its inode: with CAP_DAC_READ_SEARCH that leads out of a mount."""
    handle = (ctypes.c_char * 16).from_buffer_copy(b"\x08\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0")
    data = os.open("/data", os.O_RDONLY)
    try:
        return int(_C.open_by_handle_at(data, handle, os.O_RDONLY))
    finally:
        os.close(data)


_ATTEMPTS: dict[str, Callable[[], bool]] = {
    "become root": lambda: _C.setuid(0) == 0,
    "mount": lambda: _C.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0,
    "make the root writable": lambda: _C.mount(None, b"/", None, 32, None) == 0,
    "a mount namespace": lambda: _C.unshare(CLONE_NEWNS) == 0,
    "a user namespace": lambda: _C.unshare(CLONE_NEWUSER) == 0,
    "change the root": lambda: _C.chroot(b"/tmp") == 0,
    "another host name": lambda: _C.sethostname(b"host", 4) == 0,
    "a device": lambda: _mknod() == 0,
    "a file by its handle": lambda: _with_handle() >= 0,
    "io_uring": lambda: _C.syscall(IO_URING_SETUP, 1, ctypes.create_string_buffer(120)) >= 0,
    "a message queue": lambda: _C.mq_open(b"/tried", O_CREAT_RDWR, 0o600, None) >= 0,
    "more open files": _raised_limit,
    "a raw socket": _raw_socket,
}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*json.loads(sys.argv[2]))))
