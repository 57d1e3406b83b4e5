"""What is attached to a message: a file's text or a picture, by the hash of what is sent, and the bytes beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from glmchat.core.attachments import size_of
from glmchat.support.text import counted, fence

# The bytes of what is attached, by digest.
Contents = Mapping[str, bytes]


# One token is a patch of so many pixels each way (Qwen2-VL, arXiv 2409.12191; GLM-4.1V, arXiv 2507.01006).
_PATCH = 28
# A file as `block` writes it.
_BLOCK = re.compile(
    r"(?P<name>[^\n]+?)(?: \([^()\n]*\))?:\n(?P<marks>`{3,})[^`\n]*\n.*?\n(?P=marks)(?:\n+|\Z)", re.DOTALL
)


class Kind(StrEnum):
    """What an attachment is to a model."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    PAPER = "paper"  # a PDF document that is sent whole


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file or picture of a message; its bytes are kept once, by `digest`, however many messages have it.

    `name` is what a model and a reader see, `path` where the file was, None for what was no file. `source` is the
    digest of the whole file as it was read, by which a change shows. `part` says in words which part was taken.
    `size` is the bytes of what is sent, `tokens` an estimate of them. `left_out` keeps it out of later requests.
    """

    kind: Kind
    name: str
    digest: str
    size: int
    tokens: int = 0
    type: str = "text/plain"
    path: str | None = None
    source: str | None = None
    part: str = ""
    encoding: str = ""
    width: int = 0
    height: int = 0
    detail: str | None = None
    left_out: bool = False

    @property
    def line(self) -> str:
        """The attachment in a line: name, part, kind, size and estimated tokens."""
        measure = f"{self.width} × {self.height}, " if self.width else ""
        what = self.encoding or "text" if self.kind is Kind.TEXT else self.type.partition("/")[2].upper()
        tokens = f", about {counted(self.tokens, 'token')}" if self.tokens else ""
        part = f", {self.part}" if self.part else ""
        left = ", not sent any more" if self.left_out else ""
        return f"{self.name}{part} ({what}, {measure}{size_of(self.size)}{tokens}{left})"


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment with its bytes; `notes` are sentences for the person who attached it."""

    attachment: Attachment
    content: bytes
    notes: tuple[str, ...] = ()


def language_of(name: str) -> str:
    """What a fence says of a file's language: the ending of its name, where it is one."""
    ending = name.rpartition("/")[2].rpartition(".")
    return ending[2].lower() if ending[0] and re.fullmatch(r"[A-Za-z][A-Za-z0-9+-]{0,11}", ending[2]) else ""


def block(attachment: Attachment, text: str) -> str:
    """A file's text as it is sent: its name, then the text in a fence that it cannot end itself."""
    part = f" ({attachment.part})" if attachment.part else ""
    return f"{attachment.name}{part}:\n{fence(text.removesuffix(chr(10)), language_of(attachment.name))}"


def parted(text: str) -> tuple[list[str], str]:
    """The names of the files that stand before a message's words as `block` writes them, and the words."""
    names, at = [], 0
    while found := _BLOCK.match(text, at):
        name = found["name"]
        if re.search(r"\s", name) and not language_of(name):
            break  # words that end with a colon, and code that belongs to them
        names.append(name)
        at = found.end()
    return names, text[at:]


def picture_tokens(width: int, height: int) -> int:
    """An estimate of the tokens that a picture takes."""
    return ceil(width / _PATCH) * ceil(height / _PATCH)


def digest_of(data: bytes) -> str:
    """The name of some bytes: BLAKE2b (RFC 7693) of 32 bytes, in hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def contents_of(attached: Iterable[Attached]) -> dict[str, bytes]:
    """The bytes of several attachments by digest."""
    return {each.attachment.digest: each.content for each in attached}


def from_json(data: Any) -> Attachment | None:
    """Read an attachment from plain values; None for what is none."""
    if not isinstance(data, Mapping):
        return None
    texts = ("name", "digest", "type", "part", "encoding")
    known: dict[str, Any] = {key: data[key] for key in texts if isinstance(data.get(key), str)}
    for key in ("size", "tokens", "width", "height"):
        if isinstance(data.get(key), int) and not isinstance(data[key], bool) and 0 <= data[key] < 1 << 53:
            known[key] = data[key]
    for key in ("path", "source", "detail"):
        if isinstance(data.get(key), str):
            known[key] = data[key]
    if data.get("kind") not in tuple(Kind) or not {"name", "digest", "size"} <= known.keys():
        return None
    return Attachment(Kind(data["kind"]), left_out=data.get("left_out") is True, **known)
