"""Pictures as they are sent: turned, scaled down, without their metadata; and as addresses that hold them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from glmchat.core.attached import Attached, Attachment, Kind, digest_of, picture_tokens
from glmchat.core.attachments import size_of
from glmchat.files.reading import Bytes, shown
from glmchat.files.refused import FileRefused
from glmchat.support.picture_files import GIF, JPEG, PNG, WEBP, Picture, PictureRefused, bare, kind_of

SUFFIXES = {PNG: ".png", JPEG: ".jpg", GIF: ".gif", WEBP: ".webp"}

# More than any endpoint takes as a data URI.
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """How pictures are sent: the longest side, and how closely they are to be looked at, None to leave that open.

    Vision models scale what is larger than the usual side down themselves. `videos` says that videos are taken,
    `papers` that PDF documents are, whole and not as their text.
    """

    longest_side: int = 2048
    detail: str | None = None
    videos: bool = False
    papers: bool = False


USUAL = Form()

_DATA = re.compile(r"data:image/([\w.+-]+)(?:;[\w=.+-]+)*;base64,(.*)", re.DOTALL | re.IGNORECASE)


def prepared(file: Bytes, form: Form = USUAL) -> Attached:
    """A picture as an attachment, without metadata, by Pillow turned and scaled down as well; raises FileRefused."""
    try:
        found = bare(file.data, shown(file.name))
    except PictureRefused as refused:
        raise FileRefused(str(refused)) from None
    notes: tuple[str, ...] = ()
    if found.turned or max(found.width, found.height) > form.longest_side:
        found, notes = _fitted(found, form.longest_side, shown(file.name))
    if len(found.data) > MOST_BYTES:
        raise FileRefused(
            f"{shown(file.name)} has {size_of(len(found.data))}, and at most {size_of(MOST_BYTES)} can be sent; "
            "scale it down first."
        )
    path = None if file.path == Path("-") else str(file.path)
    return Attached(
        Attachment(
            Kind.PICTURE,
            file.name,
            digest_of(found.data),
            len(found.data),
            picture_tokens(found.width, found.height),
            found.type,
            path=path,
            source=digest_of(file.data),
            width=found.width,
            height=found.height,
            detail=form.detail,
        ),
        found.data,
        notes,
    )


def _fitted(picture: Picture, longest_side: int, name: str) -> tuple[Picture, tuple[str, ...]]:
    try:
        from glmchat.files.scaling import fitted
    except ImportError:
        if max(picture.width, picture.height) <= longest_side:
            return picture, ()  # the orientation alone is still in it
        note = f"{name} is sent with all its {picture.width} × {picture.height} pixels; glmchat[pictures] scales them."
        return picture, (note,)
    return fitted(picture, longest_side, name), ()


def suffix_of(data: bytes) -> str:
    """How the name of a picture ends; empty for what is none."""
    return SUFFIXES.get(kind_of(data) or "", "")


def from_data_uri(given: str) -> Bytes:
    """The picture in a data URI; raises FileRefused."""
    found = _DATA.fullmatch(given.strip())
    if found is None:
        raise FileRefused("The data URI holds no picture in base64, as in data:image/png;base64,…")
    try:
        data = base64.b64decode(re.sub(r"\s", "", found[2]), validate=True)
    except ValueError:
        raise FileRefused("The data URI is damaged: what follows the comma is not base64.") from None
    return Bytes(Path("-"), f"picture{suffix_of(data)}", data)


def data_uri(type: str, data: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:{type};base64,{base64.b64encode(data).decode('ascii')}"
