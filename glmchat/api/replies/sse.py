"""Decodes the bytes of an event stream into events, one network chunk at a time.

httpx-sse reads the fields of an event (https://html.spec.whatwg.org/multipage/server-sent-events.html); its
line splitter is not used because it holds back a lone carriage return, which would keep ``[DONE]`` waiting
for the next byte, and because an event a step through an async iterator is too slow for a burst.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from httpx_sse import ServerSentEvent
from httpx_sse._decoders import SSEDecoder

DONE = "[DONE]"
# An event, or the data of one that is data alone, as nearly all are.
Received = ServerSentEvent | str
# Characters: more than any piece of text, but a picture may come in one event.
EVENT_LIMIT = 32 * 1024 * 1024


class LineSplitter:
    """Splits text in pieces at CR, LF and CRLF, and at nothing else; `pending` counts what has no end yet."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._after_cr = False
        self.pending = 0

    def feed(self, text: str) -> list[str]:
        """Return the lines that this piece completes, without their ends."""
        if self._after_cr and text:
            text = text.removeprefix("\n")
            self._after_cr = False
        if "\r" in text:
            self._after_cr = text.endswith("\r")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\n" not in text:
            if text:
                self._pieces.append(text)
                self.pending += len(text)
            return []
        lines = text.split("\n")
        if self._pieces:
            lines[0] = "".join((*self._pieces, lines[0]))
            self._pieces.clear()
        last = lines.pop()
        self.pending = len(last)
        if last:
            self._pieces.append(last)
        return lines

    def flush(self) -> str:
        """Return the line that was never ended."""
        rest = "".join(self._pieces)
        self._pieces.clear()
        self.pending = 0
        return rest


class EventDecoder:
    """Turns the bytes of a stream into server-sent events, whatever the pieces they come in.

    Bytes that are not UTF-8 become U+FFFD. A byte order mark at the start is dropped. Events without data are
    dropped, as the standard asks, but one named ``error`` counts without any. A line ``error: ...``, a field that the
    standard does not have (older llama.cpp), is an event of that name. ``[DONE]`` counts as soon as its line is there.
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._lines = LineSplitter()
        self._fields = SSEDecoder()
        self._started = False
        self._in_event = False
        self._between = True  # whether the last line was blank, so that no field waits for its event
        self._held = 0
        self.overflowed = False

    def feed(self, data: bytes) -> Sequence[Received]:
        """Return the events that these bytes complete, in order."""
        text = self._utf8.decode(data)
        if not self._started and text:
            self._started = True
            text = text.removeprefix("\ufeff")
        events = self._decode(self._lines.feed(text))
        if self._held + self._lines.pending > EVENT_LIMIT:
            self.overflowed = True
            self._lines.flush()
            self._fields = SSEDecoder()
            self._held = 0
        return events

    def flush(self) -> Sequence[Received]:
        """Return what the end of the stream leaves: an event whose blank line never came."""
        lines = self._lines.feed(self._utf8.decode(b"", final=True))
        return self._decode([*lines, self._lines.flush(), ""])

    def _decode(self, lines: list[str]) -> Sequence[Received]:
        if self._between and (usual := _usual(lines)):
            return usual
        if lines:
            self._between = not lines[-1]
        out: list[ServerSentEvent] = []
        decode = self._fields.decode
        for line in lines:
            event = decode(line)
            if event is not None:
                self._in_event = False
                self._held = 0
                if event.data or event.event == "error":
                    out.append(event)
            elif line.startswith("data:"):
                if len(line) < 16 and not self._in_event and line[5:].strip() == DONE:
                    out.append(ServerSentEvent(data=DONE))
                self._in_event = True
                self._held += len(line)
            elif line.startswith("error:"):
                out.append(ServerSentEvent(event="error", data=line[6:].strip()))
        return out


def _usual(lines: Sequence[str]) -> list[str]:
    """The data of lines that are data and nothing, in turn, as nearly all are; empty where they are not.

    A line that is no longer than an end mark may be one.
    """
    if len(lines) % 2 or any(lines[1::2]):
        return []
    data = [line[6:] for line in lines[::2] if line.startswith("data: ") and len(line) > 16]
    return data if len(data) * 2 == len(lines) else []
