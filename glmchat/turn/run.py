"""Runs one turn: sends the request, yields its events, saves the message and retries."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import ApiError, BadRequestError
from glmchat.api.events import (
    Attached,
    ContentDelta,
    Event,
    ReasoningDelta,
    RefusalDelta,
    Resorted,
    ToolCallDelta,
    Warned,
)
from glmchat.api.learning.learned import Learned
from glmchat.api.learning.lessons import Lesson, lesson_of
from glmchat.api.redaction import redact
from glmchat.core.conversation import Failure, Message, State
from glmchat.support.tasks import to_its_end
from glmchat.turn import ending_notes
from glmchat.turn.prefill import Prefilled
from glmchat.turn.reply import Reply
from glmchat.turn.request import TurnRequest

SAVE_EVERY_S = 0.25
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
# The most refusals that a turn learns from: each changes the request, and that must come to an end.
_MOST_LESSONS = 6
_VISIBLE = (Attached, ContentDelta, ReasoningDelta, RefusalDelta, Resorted, ToolCallDelta)


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """Nothing was shown yet, and the next attempt, number `attempt` of `attempts`, starts in `delay_s`."""

    delay_s: float
    attempt: int
    attempts: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class LearnedSomething:
    """The endpoint refused something that it will not be asked for again; `sentence` says what, where that matters."""

    learned: Learned
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The turn is over, well or not; always the last event."""

    message: Message


TurnEvent = Event | RetryScheduled | LearnedSomething | Finished


class Recorder(Protocol):
    """Who keeps the reply: on disk, or nowhere."""

    def save_soon(self, message: Message) -> None:
        """Keep this value within half a second; never blocks, and newer values replace older ones."""

    def save(self, message: Message) -> Coroutine[Any, Any, None]:
        """Keep this value; done when it is kept. A turn that is cancelled meanwhile waits for it."""


async def run(
    client: ChatSource,
    request: TurnRequest,
    recorder: Recorder | None = None,
    *,
    reply: Reply | None = None,
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[TurnEvent, None]:
    """Run one turn and yield what happens, `Finished` last; no error escapes but cancellation.

    `reply` is where the events go; give one to look at it while it grows, or to continue a reply that was
    cut. On cancellation, and when the iterator is closed early, the connection is closed and the recorder
    gets what had arrived, as stopped.
    """
    reply = reply or Reply(request.reply_id, request.parent_id, clock)
    turn = _Turn(client, request, reply, recorder, sleep, clock)
    async with aclosing(turn.events()) as events:
        async for event in events:
            yield event


class ChatSource(Protocol):
    """What a turn needs of a client."""

    def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """One attempt; see `glmchat.api.client.ChatClient.stream`."""


class _Turn:
    """The state of one turn: which attempt, what was shown, when it was last saved."""

    def __init__(
        self,
        client: ChatSource,
        request: TurnRequest,
        reply: Reply,
        recorder: Recorder | None,
        sleep: Callable[[float], Awaitable[Any]],
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._request = request
        self._recorder = recorder
        self._sleep = sleep
        self._clock = clock
        self._learned = request.learned
        self._reply = reply
        self._error: ApiError | None = None
        self._failure: Failure | None = None
        self._shown = False
        self._in_words = False  # the reply that was begun was refused
        self._saved_at = clock()
        self._due: asyncio.TimerHandle | None = None

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """The turn from its first attempt to its end."""
        try:
            async with aclosing(self._attempts()) as events:
                async for event in events:
                    yield event
        except (asyncio.CancelledError, GeneratorExit):
            await self._save(self._reply.message(State.STOPPED))
            raise
        if self._failure is None and self._in_words:
            learned = replace(self._learned, no_prefill=True)
            yield LearnedSomething(
                learned, "It does not go on from a reply that is begun; the rest came in words."
            )
        failure = self._failure
        if failure is not None and failure.kind == "cut" and not self._shown:
            failure = replace(failure, advice="Nothing of it arrived. Send again.")
        message = self._reply.message(_state(failure, shown=self._shown), failure)
        await self._save(message)
        warned = await self._departed(message) if failure is None else None
        if warned is not None:
            message = replace(message, warnings=(*message.warnings, warned.sentence))
            await self._save(message)
            yield warned
        yield Finished(message)

    async def _departed(self, message: Message) -> Warned | None:
        """The warning that a reply is not in the format that was asked for; None where it is."""
        if "response_format" not in self._request.values:
            return None
        sentence = await asyncio.to_thread(ending_notes.departure, self._request.values, message)
        if sentence is None:
            return None
        # It brings httpx, which the reply has brought already.
        from glmchat.api.network.requests import secrets_of

        return Warned(redact(sentence, secrets_of(self._request.endpoint)))

    async def _attempts(self) -> AsyncGenerator[TurnEvent, None]:
        """One attempt after the other until one ends well, or another is no use."""
        retries, lessons = 0, 0
        while True:
            async with aclosing(self._attempt()) as events:
                async for event in events:
                    yield event
            error = self._error
            self._failure = None if error is None else error.failure
            if error is None or self._shown:
                return
            lesson = self._lesson(error) if lessons < _MOST_LESSONS else None
            if lesson is not None:
                lessons += 1
                self._learned = lesson.learned
                yield LearnedSomething(lesson.learned, lesson.sentence)
                if self._request.retries:
                    continue
            if self._fall_back(error):
                continue
            wait = self._wait(error, retries)
            if wait is None:
                return
            retries += 1
            yield wait
            await self._sleep(wait.delay_s)

    def _fall_back(self, error: ApiError) -> bool:
        """Ask in another way from now on where a request that begins the reply is refused; returns whether it is."""
        otherwise = self._request.otherwise
        if otherwise is None or not self._request.retries or not isinstance(error, BadRequestError):
            return False
        self._request, self._in_words = otherwise, True
        return True

    def _wait(self, error: ApiError, retries: int) -> RetryScheduled | None:
        """The wait before the next attempt after so many retries; None where another is no use."""
        if not error.transient or retries >= self._request.retries:
            return None
        delay = _delay(retries, error.retry_after_s)
        if delay > self._request.max_retry_after_s:
            self._failure = _too_long(error.failure, delay)
            return None
        return RetryScheduled(delay, retries + 2, self._request.retries + 1, error.failure)

    def _lesson(self, error: ApiError) -> Lesson | None:
        request = self._request
        if error.refusal is None:
            return None
        row, extra = dialects.of(request.endpoint), dialects.extra_of(request.endpoint, request.values)
        return lesson_of(error, self._learned, row, request.values, extra, request.model, request.thinking)

    async def _attempt(self) -> AsyncGenerator[TurnEvent, None]:
        """One request and what comes back; what went wrong is kept for whoever asks for the next one."""
        request = self._request
        self._error = None
        try:
            built = dialects.build(
                request.endpoint,
                request.model,
                request.messages,
                request.values,
                self._learned,
                request.thinking,
            )
        except ValueError as wrong:
            self._error = BadRequestError(str(wrong), advice="Look at this provider in the configuration.")
            return
        self._reply.begin(request, built.body)
        prefilled = Prefilled(request.prefill, request.resumed)
        endpoint = dialects.for_prefill(request.endpoint) if request.prefill else request.endpoint
        try:
            async with aclosing(self._client.stream(endpoint, built.body)) as events:
                async for came in events:
                    for event in prefilled.take(came):
                        self._reply.add(event)
                        if not self._shown and isinstance(event, _VISIBLE):
                            self._shown = True
                        self._save_soon()
                        yield event
        except ApiError as error:
            self._error = error
            if error.unsent:
                self._reply.unsend()

    def _save_soon(self) -> None:
        """Have what is there saved in time, also when nothing more comes for long."""
        if self._recorder is None or not self._shown or self._due is not None:
            return
        wait_s = SAVE_EVERY_S - (self._clock() - self._saved_at)
        self._due = asyncio.get_running_loop().call_later(max(0.0, wait_s), self._save_now, self._recorder)

    def _save_now(self, recorder: Recorder) -> None:
        self._due = None
        self._saved_at = self._clock()
        recorder.save_soon(self._reply.message(State.STREAMING))

    async def _save(self, message: Message) -> None:
        if self._due is not None:
            self._due.cancel()
        if self._recorder is not None:
            await to_its_end(self._recorder.save(message))


def _delay(attempt: int, asked_s: float | None) -> float:
    """Seconds before the next attempt: what the server asked for, else exponential backoff with jitter.

    M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    if asked_s is not None:
        return asked_s
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0**attempt) * random.uniform(0.75, 1.25)


def _too_long(failure: Failure, delay: float) -> Failure:
    minutes, seconds = divmod(round(delay), 60)
    wait = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return replace(
        failure, advice=f"The endpoint asks to wait {wait} before the next request. Send again then."
    )


def _state(failure: Failure | None, *, shown: bool) -> State:
    if failure is None:
        return State.COMPLETE
    return State.CUT if shown else State.FAILED
