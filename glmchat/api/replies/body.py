"""One response body, read to its end: an event stream, plain JSON, or something else."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import httpx

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors import http
from glmchat.api.errors.bodies import is_error, make_error, unwrapped
from glmchat.api.errors.tree import ApiError, CutError, ServerError
from glmchat.api.events import Event, Warned
from glmchat.api.finish_reasons import Meaning, meaning_of
from glmchat.api.network import requests
from glmchat.api.redaction import redact
from glmchat.api.replies.assembly import Assembler
from glmchat.api.replies.chunks import read_json, shortened
from glmchat.api.replies.sse import EVENT_LIMIT, EventDecoder

# After a finish reason, this long for usage and [DONE]; some servers send neither and do not hang up.
GRACE_S = 3.0
# After [DONE], this long for the end of the body, so that the connection can be used again.
DRAIN_S = 0.02
JSON_LIMIT = 64 * 1024 * 1024
_HEAD = 4000
# A line of an event stream, or a comment in one.
_EVENT = re.compile(rb"(?:^|[\r\n])\xef?\xbb?\xbf?(?:data|event|id|retry)?:", re.IGNORECASE)
_FIELD = re.compile(rb"[\r\n]data:")


class ReplyReader:
    """Reads the body of a success. What it begins with tells what it is; the content type is often wrong."""

    def __init__(
        self, endpoint: Endpoint, *, reasoning_off: bool = False, idle_s: float | None = None
    ) -> None:
        self._endpoint = endpoint
        self._idle_s = endpoint.timeouts.idle if idle_s is None else idle_s
        self._decoder = EventDecoder()
        self._assembler = Assembler(reasoning_off=reasoning_off, secrets=requests.secrets_of(endpoint))
        self._head = b""
        self._kind = ""
        self._whole: list[bytes] = []
        self._size = 0
        self._finished_at = 0.0
        self._tail = b""

    async def read(self, response: httpx.Response) -> AsyncGenerator[list[Event], None]:
        """Yield events in batches as they come; raises ApiError at the end where the reply is not whole."""
        broken: ApiError | None = None
        body = cast("AsyncGenerator[bytes, None]", response.aiter_bytes())
        async with aclosing(body) as chunks:
            try:
                while (chunk := await self._next(chunks)) is not None:
                    events = self.feed(chunk)
                    if events:
                        self._finished_at = 0.0
                        yield events
                    if self._assembler.done or self._assembler.error_body is not None:
                        await _drain(chunks)
                        break
                    if (limit := self._exceeded()) is not None:
                        broken = http.too_large(limit)
                        break
            except httpx.HTTPError as error:
                broken = http.while_reading(self._idle_s, error)
        events, wrong = self.end(broken, response.headers.get("content-type", ""))
        if events:
            yield events
        if wrong is not None:
            raise wrong

    def feed(self, chunk: bytes) -> list[Event]:
        """Take some bytes of the body."""
        if len(self._head) < _HEAD:
            self._head += chunk[: _HEAD - len(self._head)]
        if not self._kind:
            self._kind = _kind_of(self._head if len(self._head) < _HEAD else chunk)
        if self._kind == "json":
            # No JSON has such a line, so what began like JSON was only a damaged event.
            seen = self._tail + chunk
            self._tail = seen[-6:]
            if _FIELD.search(seen):
                self._kind = "stream"
        if self._kind == "stream":
            if self._whole:
                chunk, self._whole = b"".join((*self._whole, chunk)), []
            return self._assembler.feed(self._decoder.feed(chunk))
        self._size += len(chunk)
        self._whole.append(chunk)
        return []

    def _exceeded(self) -> int | None:
        """The limit that the reply went beyond, in one event or as a whole; None where it did not."""
        if self._decoder.overflowed:
            return EVENT_LIMIT
        if self._kind != "stream" and self._size > JSON_LIMIT:
            self._whole.clear()
            return JSON_LIMIT
        return None

    def end(self, broken: ApiError | None, content_type: str) -> tuple[list[Event], ApiError | None]:
        """Take the end of the body; returns the last events, and what is wrong with the reply."""
        if self._kind == "json":
            events, error = self._end_json(broken)
        else:
            events, error = self._end_stream(broken, content_type.lower())
        return events + self._assembler.end(complete=error is None), error

    def _end_stream(self, broken: ApiError | None, content_type: str) -> tuple[list[Event], ApiError | None]:
        state = self._assembler
        events: list[Event] = []
        if not state.done and state.error_body is None:
            events = state.feed(self._decoder.flush())
        events += state.fall_back()
        failed = self._reported_error()
        if failed is not None or state.done or state.finish_reason is not None:
            return events, failed
        # Half an event at a cut adds nothing to the error of the cut.
        events = [event for event in events if not isinstance(event, Warned)]
        if broken is not None:
            return events, broken
        if state.interface and not state.heard:
            return events, http.other_interface(state.interface)
        foreign = state.strange or "event-stream" not in content_type or not _EVENT.search(self._head)
        if self._head.strip() and not state.heard and foreign:
            return events, http.not_this_api(self._endpoint, self._head.decode("utf-8", "replace"))
        return events, CutError("The reply ended before it was finished.")

    def _end_json(self, broken: ApiError | None) -> tuple[list[Event], ApiError | None]:
        text = b"".join(self._whole).decode("utf-8", "replace").removeprefix("\ufeff")
        try:
            bodies, whole = _bodies(text)
        except ValueError as error:
            if broken is not None:
                return [], broken
            if isinstance(error, json.JSONDecodeError) and _ends_early(error):
                return [], CutError("The reply ended before it was finished.")
            return [], http.not_this_api(self._endpoint, text)
        if not any(is_error(body) or body.get("choices") for body in bodies):
            return [], http.not_this_api(self._endpoint, text)
        events = [event for body in bodies for event in self._assembler.feed_object(body)]
        events += self._assembler.fall_back()
        failed = self._reported_error()
        if failed is None and self._assembler.finish_reason is None and not (whole and len(bodies) == 1):
            return events, broken or CutError("The reply ended before it was finished.")
        return events, failed

    def _reported_error(self) -> ApiError | None:
        """The error that the reply itself reports, whole or streamed."""
        state = self._assembler
        if state.error_body is not None:
            return make_error(200, state.error_body, secrets=requests.secrets_of(self._endpoint))
        meaning = meaning_of(state.finish_reason)
        if meaning not in (Meaning.BROKEN, Meaning.REFUSED):
            return None
        reason = redact(shortened(state.finish_reason or "", 80), requests.secrets_of(self._endpoint))
        sentence = f"The endpoint broke the reply off, for the reason {reason}."
        if reason.lower() == "error":
            sentence = "The endpoint ended the reply with an error and did not say which."
        return ServerError(sentence, retryable=meaning is Meaning.BROKEN)

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """The next bytes, None at the end; after a finish reason only as long as something may follow.

        The limit is for bytes of the body: the frame of a chunk, or a compression's, may drip without giving any.
        """
        patience_s = self._idle_s
        if self._assembler.finish_reason is not None:
            self._finished_at = self._finished_at or time.monotonic()
            patience_s = max(0.0, self._finished_at + GRACE_S - time.monotonic())
        try:
            async with asyncio.timeout(patience_s):
                return await anext(chunks, None)
        except TimeoutError:
            if self._assembler.finish_reason is not None:
                return None
            raise httpx.ReadTimeout("no byte of the body came") from None


def _kind_of(head: bytes) -> str:
    """What a body is by its first bytes: ``json``, ``stream``, or nothing yet."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start or head in (b"\xef", b"\xef\xbb"):
        return ""
    return "json" if start[:1] in (b"{", b"[") else "stream"


def _bodies(text: str) -> tuple[list[dict[str, Any]], bool]:
    """The objects of a reply in JSON, and whether all could be read; raises JSONDecodeError where none could.

    They are one, a list of them, or one on each line.
    """
    whole = True
    try:
        value = read_json(text)
    except json.JSONDecodeError:
        value = []
        for line in filter(str.strip, text.split("\n")):
            try:
                value.append(read_json(line))
            except json.JSONDecodeError:
                whole = False
                break
        if not any(isinstance(each, dict) for each in value):
            raise
    values = value if isinstance(value, list) else [value]
    return [unwrapped(each) for each in values if isinstance(each, dict)], whole


def _ends_early(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated string") or error.pos >= len(error.doc.rstrip())


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(DRAIN_S):
            while await anext(chunks, None) is not None:
                pass
    except (TimeoutError, httpx.HTTPError):
        pass
