"""`/v1/chat/completions`: passed on to the provider with our key, and counted by what the provider says it used."""

import asyncio
import time
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import Body
from litestar.response import Stream

from control_plane.gateway import caps
from control_plane.gateway.door import AnyRequest, for_workspaces
from control_plane.gateway.models import Call, Caller
from control_plane.gateway.noting import NOTED_LATER, Noting
from control_plane.gateway.upstream import Answer, NotAnswered, Upstream
from trulybot.kit.clock import now
from trulybot.kit.errors import NotFound, TooMany, Unavailable, Unprocessable
from trulybot.kit.limits import Limits


class Message(msgspec.Struct, frozen=True):
    role: Literal["system", "user", "assistant"]
    content: Annotated[str, msgspec.Meta(max_length=200_000)]


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of a request is passed on; `model` is ours to choose."""

    messages: Annotated[list[Message], msgspec.Meta(min_length=1, max_length=100)]
    stream: bool = False
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=caps.MOST_TOKENS)] | None = None
    max_completion_tokens: Annotated[int, msgspec.Meta(ge=1, le=caps.MOST_TOKENS)] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    stop: Annotated[list[str], msgspec.Meta(max_length=4)] | None = None
    user: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class Chatting:
    """Calls that are under way, which are read to their end also when the workspace hangs up."""

    def __init__(self, upstream: Upstream, limits: Limits, noting: Noting) -> None:
        self._upstream = upstream
        self._limits = limits
        self._noting = noting
        self._under_way: dict[str, int] = {}
        self._draining: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        return bool(self._draining)

    async def ask(self, caller: Caller, wish: Wish) -> Answer:
        """Raises TooMany, NotFound where there is no model, and Unavailable."""
        if not self._upstream.is_there:
            raise NotFound("This platform has no language model.")
        self._limits.spend(caps.TOKENS, caller.workspace)
        workspace = caller.workspace
        if self._under_way.get(workspace, 0) >= caps.MOST_CHATS_AT_ONCE:
            raise TooMany("Too many calls of the language model are under way.", retry_after=1)
        self._under_way[workspace] = self._under_way.get(workspace, 0) + 1
        began = time.perf_counter()
        try:
            answer = await self._upstream.ask(_request(wish))
        except NotAnswered:
            self._end(workspace)
            raise Unavailable("The language model cannot be reached. Try again in a moment.") from None
        except BaseException:
            self._end(workspace)
            raise
        task = asyncio.create_task(self._drain(caller, answer, began))
        self._draining.add(task)
        task.add_done_callback(self._draining.discard)
        return answer

    async def close(self) -> None:
        for task in self._draining:
            task.cancel()
        await asyncio.gather(*self._draining, return_exceptions=True)
        await self._upstream.close()

    async def _drain(self, caller: Caller, answer: Answer, began: float) -> None:
        try:
            await answer.drain()
        finally:
            self._end(caller.workspace)
            self._limits.charge(caps.TOKENS, caller.workspace, answer.tokens)
            self._noting.add(
                Call(
                    at=now(),
                    workspace=caller.workspace,
                    verb="chat",
                    status=answer.status,
                    milliseconds=round(1000 * (time.perf_counter() - began)),
                    amount=answer.tokens,
                )
            )

    def _end(self, workspace: str) -> None:
        self._under_way[workspace] -= 1
        if not self._under_way[workspace]:
            del self._under_way[workspace]


@post("/v1/chat/completions", status_code=200, opt=for_workspaces("chat", caps.CHATS))
async def complete(
    data: Annotated[Wish, Body()],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    chatting: NamedDependency[Chatting],
) -> Response[Any] | Stream:
    """The provider's own answer, as it comes; of its failures only the status, since its words may name our key."""
    answer = await chatting.ask(caller, data)
    request.scope["state"][NOTED_LATER] = True
    if answer.status == 200:
        return Stream(answer.pieces(), media_type=answer.content_type, headers={"x-accel-buffering": "no"})
    answer.nobody_hears()
    raise _refusal(answer)


def _refusal(answer: Answer) -> Exception:
    if answer.status == 429:
        return TooMany("The language model has had too many requests.", retry_after=_seconds(answer.retry_after))
    if answer.status in (400, 413, 422):
        return Unprocessable("The language model does not take this request.")
    return Unavailable("The language model gave no answer. The operator of this platform may have to look.")


def _seconds(retry_after: str | None) -> int:
    return int(retry_after) if retry_after and retry_after.isdecimal() else 5


def _request(wish: Wish) -> dict[str, Any]:
    asked: dict[str, Any] = msgspec.to_builtins(wish)
    if wish.stream:
        asked["stream_options"] = {"include_usage": True}
    if "max_tokens" not in asked and "max_completion_tokens" not in asked:
        asked["max_tokens"] = caps.MOST_TOKENS
    return asked
