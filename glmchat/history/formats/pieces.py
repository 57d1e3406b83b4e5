"""What a foreign message is made of, put together piece by piece: words, thought, and a word for what is left out."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import Any

from glmchat.core import attachments
from glmchat.core.attached import Attached
from glmchat.core.conversation import Failure, State
from glmchat.history.formats import kept
from glmchat.history.formats.plain import mapping, text

# The beginning of a media type -> what is left out.
_MEDIA = {"image": "picture", "audio": "recording", "video": "video"}

# Each source is compared with those before it.
_MOST_SOURCES = 200


class Pieces:
    """The pieces of one message; what cannot be taken in is named in its words and counted in `dropped`.

    `attached` are its files and pictures, as far as the export holds them, `sources` the pages that it is based on.
    """

    def __init__(self, dropped: Counter[str]) -> None:
        self.dropped = dropped
        self.words: list[str] = []
        self.thoughts: list[str] = []
        self.attached: list[Attached] = []
        self.sources: tuple[dict[str, Any], ...] = ()

    def say(self, words: Any) -> None:
        """Add words; what is no text adds nothing."""
        if text(words):
            self.words.append(words)

    def think(self, words: Any) -> None:
        """Add to the thought."""
        if text(words).strip():
            self.thoughts.append(words.strip())

    def cite(self, holder: dict[str, Any]) -> None:
        """Take in the sources that an object lists, in whatever shape."""
        self.sources = attachments.joined(self.sources, islice(attachments.sources(holder), _MOST_SOURCES))

    def leave_out(self, kind: str, name: Any = "") -> None:
        """Put a word where something stands that cannot be taken in."""
        self.dropped[kind] += 1
        named = _one_line(name)
        self.words.append(f"[{kind}: {named}]" if named else f"[{kind}]")

    def file(self, name: Any, media_type: Any = "", content: Any = "") -> None:
        """Take in the text of a file that came with a message where the export has it, else name the file."""
        kind = _MEDIA.get(text(media_type).partition("/")[0], "file")
        if text(content):
            self.attached.append(kept.text_of(_one_line(name), content))
        else:
            self.leave_out(kind, name)

    def picture(self, value: Any, name: Any = "") -> None:
        """Take in a picture that stands in the export in any shape, a data URI mostly, else name it."""
        image = attachments.picture(value)
        self.picture_bytes(attachments.raw(image) if image is not None else None, name)

    def picture_bytes(self, data: bytes | None, name: Any = "") -> None:
        """Take in a picture by its bytes; name it where they are not there or no picture."""
        found = kept.picture_of(data, _one_line(name)) if data else None
        if found is None:
            self.leave_out("picture", name)
        else:
            self.attached.append(found)

    def step(self, name: Any, arguments: Any = None, result: Any = None) -> None:
        """Add a tool's work to the thought: what it was called with, and what it answered."""
        called = (
            f"{text(name) or 'tool'}({compact(arguments)})" if name or arguments not in (None, "") else ""
        )
        self.think("\n".join(filter(None, (called, compact(result)))))

    def content(self, between: str = "\n") -> str:
        """The words together."""
        return between.join(self.words)

    def reasoning(self) -> str:
        """The thought together."""
        return "\n\n".join(self.thoughts)


def _one_line(name: Any) -> str:
    return " ".join(text(name).split())[:200]


def compact(value: Any) -> str:
    """A value of JSON as a person would read it: a text as it is, nothing for nothing."""
    if value is None or isinstance(value, str):
        return text(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def failed(words: str) -> dict[str, Any]:
    """The fields of a reply that came to nothing."""
    return {"state": State.FAILED, "failure": Failure("server", words)}


def error_words(error: Any) -> str:
    """What an error says, whatever its form; empty where there was none."""
    if error is True:
        return "The request failed."
    inner = mapping(error)
    said = next(
        (text(inner.get(key)) for key in ("message", "content", "detail", "name", "type") if inner.get(key)),
        "",
    )
    return text(error) or said or compact(error or None)
