"""One child process at the other end of two pipes: started when needed, ended when idle, killed when late."""

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import TypeVar

import msgspec

from trulybot.kit.frames import LENGTH, LOG, Answer, Call, Failure, FrameTooLarge, framed, length_of, raw
from trulybot.kit.texts import told

GRACE_SECONDS = 2.0
# Nothing of ours is the child's business: no keys, no proxies. Two arenas keep glibc from one heap a thread.
ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}

T = TypeVar("T")
log = logging.getLogger(__name__)


class ChildDied(Exception):
    """The child ended, or could not start, while this call was in flight. The next call starts a new one."""


class ChildTimedOut(ChildDied):
    """The call took longer than it may, so the child was killed."""


class ChildFailed(Exception):
    """The child lives and answered that it cannot."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind)
        self.kind = failure.kind
        self.sentence = failure.sentence


def python(module: str, *arguments: str) -> tuple[str, ...]:
    # -P: what lies in the working directory must not be imported by a process that reads strangers' files.
    return (sys.executable, "-P", "-m", module, *arguments)


class Child:
    """The process of `command`, alive while it is called or held and for `idle_seconds` after."""

    def __init__(self, command: Sequence[str], *, idle_seconds: float = 90.0, call_seconds: float = 60.0) -> None:
        self._command = tuple(command)
        self._idle_seconds = idle_seconds
        self._call_seconds = call_seconds
        self._starting = asyncio.Lock()
        self._closed = False
        self._life: _Life | None = None
        self._holders = 0
        self._retiring: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        return self._life.pid if self._life and not self._life.over else None

    async def call(self, verb: str, arguments: object, answer: type[T], *, seconds: float | None = None) -> T:
        """The child's answer as `answer`; raises ChildFailed, ChildDied, ChildTimedOut or FrameTooLarge."""
        with self.held():
            life = await self._alive()
            value = await life.call(verb, raw(arguments), seconds or self._call_seconds)
            try:
                return msgspec.msgpack.decode(value, type=answer)
            except msgspec.MsgspecError as error:
                life.kill()
                raise ChildDied(f"answered {verb} with something else") from error

    def tell(self, verb: str, arguments: object) -> None:
        """Sends a call whose answer nobody waits for; a child that is not there is not started for it."""
        if self._life and not self._life.over:
            self._life.send(verb, raw(arguments))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps a child that keeps something for us from being ended as idle between two calls."""
        self._holders += 1
        if self._retiring:
            self._retiring.cancel()
            self._retiring = None
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders and self._life:
                self._retiring = asyncio.get_running_loop().call_later(self._idle_seconds, self._retire)

    async def close(self) -> None:
        """Ends the child for good, and with it the calls in flight."""
        self._closed = True
        if self._retiring:
            self._retiring.cancel()
        async with self._starting:  # one that is being born is ended, too
            life, self._life = self._life, None
        if life:
            life.retire()
            await life.buried()

    async def _alive(self) -> "_Life":
        async with self._starting:
            if self._closed:
                raise ChildDied("is closed for good")
            if self._life is None or self._life.over:
                self._life = await _born(self._command)
            return self._life

    def _retire(self) -> None:
        self._retiring = None
        if life := self._life:
            life.retire()


async def _born(command: Sequence[str]) -> "_Life":
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=ENVIRONMENT, start_new_session=True
        )
    except OSError as error:
        raise ChildDied("could not be started") from error
    return _Life(process)


class _Life:
    """One process from birth to burial, and the calls it owes an answer."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._numbers = count(1)
        self._retired = False
        self._ended = False
        self._killing: asyncio.TimerHandle | None = None
        self._draining = asyncio.create_task(self._drain())
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def over(self) -> bool:
        return self._retired or self._ended

    async def call(self, verb: str, arguments: msgspec.Raw, seconds: float) -> msgspec.Raw:
        number = next(self._numbers)
        answer: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(seconds):
                await self._write(Call(number, verb, arguments))
                return await answer
        except TimeoutError as error:
            self.kill()
            raise ChildTimedOut(f"{verb} took longer than {seconds:g} seconds") from error
        finally:
            self._waiting.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # seen, even when we left early for another reason

    def send(self, verb: str, arguments: msgspec.Raw) -> None:
        if self._process.stdin:
            self._process.stdin.write(framed(Call(0, verb, arguments)))

    def retire(self) -> None:
        """The end of its input tells the child to go; one that does not is killed."""
        self._retired = True
        if self._process.stdin:
            self._process.stdin.close()
        self._killing = asyncio.get_running_loop().call_later(GRACE_SECONDS, self.kill)

    def kill(self) -> None:
        self._ended = True  # no further call is to reach it, dying as it is
        if self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    async def buried(self) -> None:
        await asyncio.wait([self._reading])

    async def _write(self, call: Call) -> None:
        frame = framed(call)
        if self._ended or self._process.stdin is None:
            raise ChildDied("ended before the call")
        try:
            self._process.stdin.write(frame)
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildDied("ended before it took the call") from error

    async def _read(self) -> None:
        try:
            while True:
                await self._take_answer()
        except (asyncio.IncompleteReadError, FrameTooLarge, msgspec.MsgspecError):
            pass  # the child is gone, or talks nonsense and has to go
        finally:
            self.kill()
            self._fail_waiting()
            await self._bury()

    async def _take_answer(self) -> None:
        assert self._process.stdout
        length = length_of(await self._process.stdout.readexactly(LENGTH.size))
        answer = msgspec.msgpack.decode(await self._process.stdout.readexactly(length), type=Answer)
        if answer.number == LOG and answer.failure:
            log.warning("child process %d: %s", self.pid, told(answer.failure.sentence))
        waiting = self._waiting.get(answer.number)
        if waiting is None or waiting.done():
            return  # its caller has left
        if answer.failure:
            waiting.set_exception(ChildFailed(answer.failure))
        else:
            waiting.set_result(answer.value)

    def _fail_waiting(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ChildDied("ended before it answered"))

    async def _bury(self) -> None:
        written = await self._draining
        code = await self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        if self._killing:
            self._killing.cancel()
        if written:  # by libraries, which may quote what they read
            log.warning("the child process %d wrote %d bytes to its standard error, not shown here", self.pid, written)
        if code and not self._retired:
            log.warning("the child process %d ended with %d", self.pid, code)

    async def _drain(self) -> int:
        """Read its standard error to the end, so that the child never blocks on it; gives how many bytes it was."""
        assert self._process.stderr
        written = 0
        while piece := await self._process.stderr.read(4096):
            written += len(piece)
        return written
