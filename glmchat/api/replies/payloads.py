"""What the events of a stream hold: JSON objects, the end mark, an error, or what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from httpx_sse import ServerSentEvent

from glmchat.api.replies.chunks import read_json
from glmchat.api.replies.sse import DONE, Received
from glmchat.support import bounded_json

# Names of events that report an error, whatever their data looks like.
_ERROR_EVENTS = frozenset({"error", "exception", "failed", "response.failed"})
# Names of an event that is the last one.
_END_EVENTS = frozenset({"done", "end", "complete", "completed", "finished"})
# Words that only keep the connection open, as an event's name or as its whole data.
_IDLE = frozenset({"ping", "heartbeat", "keepalive", "keep-alive"})
_ERROR_MARK = "[error]"
_FIELD = "data:"
# What an object holds that is more than an end mark.
_TELLING = frozenset({"choices", "error", "usage", "usageMetadata", "usage_metadata"})


# How the objects of other interfaces are recognised: Anthropic's messages and OpenAI's responses by their type,
# Gemini's own by its one list.
_OTHERS = {
    "message_": "Anthropic messages",
    "content_block_": "Anthropic messages",
    "response.": "OpenAI responses",
}


def other_interface(body: dict[str, Any]) -> str:
    """The name of another interface that an object belongs to; empty where it may well be this one's."""
    if "choices" in body:
        return ""
    kind = body.get("type")
    if isinstance(kind, str):
        return next((name for start, name in _OTHERS.items() if kind.startswith(start)), "")
    return "Gemini" if isinstance(body.get("candidates"), list) else ""


def is_idle(body: dict[str, Any]) -> bool:
    """Whether an object only keeps the connection open."""
    kind = body.get("type") or body.get("event") or body.get("object")
    return isinstance(kind, str) and kind.lower() in _IDLE


class Mark(Enum):
    """A payload that is no object."""

    DONE = 0
    UNREADABLE = 1


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The body of an error that came as an event of its own."""

    text: str


Payload = dict[str, Any] | Mark | ErrorText


def payloads(received: Sequence[Received]) -> Iterator[Payload]:
    """The payloads of events that came together, up to the end of the reply; what is empty is left out."""
    for value in _at_once(received) or _one_by_one(received):
        if isinstance(value, dict):
            yield Mark.DONE if value.get("done") is True and not _TELLING & value.keys() else value
        elif isinstance(value, Mark | ErrorText):
            yield value
        elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield from value
        elif isinstance(value, str) and value.strip().upper() == DONE:
            yield Mark.DONE
        elif value is not None and not (isinstance(value, str) and _is_idle(value)):
            yield Mark.UNREADABLE


def _at_once(received: Sequence[Received]) -> list[Any]:
    """Parse the data of many events in one go where they are as usual; empty where they are not."""
    datas = [
        each if isinstance(each, str) else each.data
        for each in received
        if isinstance(each, str) or each.event == "message"
    ]
    if not datas or len(datas) != len(received) or datas[-1] == DONE:
        return []
    try:
        parsed = bounded_json.loads_all(datas)
    except ValueError:
        return []
    return parsed if len(parsed) == len(datas) else []


def _one_by_one(received: Sequence[Received]) -> Iterator[Any]:
    for each in received:
        event = ServerSentEvent(data=each) if isinstance(each, str) else each
        if event.event.lower() in _ERROR_EVENTS:
            yield ErrorText(event.data)
            continue
        # Some servers leave out the blank line between events: then each line is one.
        for data in _lines(event.data):
            word = data.strip("\ufeff \t\r")
            while word.startswith(_FIELD):  # a relay that wraps lines which were events already
                word = word.removeprefix(_FIELD).strip()
            if word.upper() in (DONE, DONE[:-1]):  # Open WebUI's pipelines break the line before the bracket
                yield Mark.DONE
                continue
            try:
                yield read_json(word)
            except ValueError:
                if word.lower().startswith(_ERROR_MARK):
                    yield ErrorText(word[len(_ERROR_MARK) :].strip())
                elif not _is_idle(word) and event.event.lower() not in _IDLE | _END_EVENTS:
                    yield Mark.UNREADABLE
        if event.event.lower() in _END_EVENTS:
            yield Mark.DONE


def _is_idle(word: str) -> bool:
    return not word.strip() or word.strip().lower() in _IDLE


def _lines(data: str) -> list[str]:
    if "\n" not in data:
        return [data]
    try:
        read_json(data)
    except ValueError:
        lines = [line for line in data.split("\n") if line.strip()]
        return lines if all(line.lstrip()[:1] in "{[" for line in lines) else [data]
    return [data]
