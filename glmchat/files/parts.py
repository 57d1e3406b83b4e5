"""Videos and PDF documents that are sent as they are, for models and endpoints that take them so."""

from __future__ import annotations

from pathlib import Path

from glmchat.core.attached import Attached, Attachment, Kind, digest_of
from glmchat.core.attachments import size_of
from glmchat.files.pictures import MOST_BYTES, Form
from glmchat.files.reading import Bytes, shown
from glmchat.files.refused import FileRefused

PDF = "application/pdf"


def video_type(data: bytes) -> str | None:
    """The media type of a video by its first bytes; None for what is none."""
    if data[4:8] == b"ftyp" and data[8:12] not in (b"heic", b"heix", b"mif1", b"avif", b"M4A "):
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    if data.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in data[:64] else "video/x-matroska"
    if data.startswith((b"\0\0\x01\xba", b"\0\0\x01\xb3")):
        return "video/mpeg"
    return "video/x-msvideo" if data[:4] == b"RIFF" and data[8:12] == b"AVI " else None


def whole(file: Bytes, form: Form) -> Attached | None:
    """A video, or a PDF document where it is taken whole, as an attachment; None for another file.

    Raises FileRefused for a video that is not taken, and for what is too large.
    """
    type = video_type(file.data)
    if type is not None:
        if not form.videos:
            raise FileRefused(
                f"{shown(file.name)} is a video, and this model is not known to take any at this endpoint."
            )
        # Unlike a picture's, what it tells of places and cameras stays in it.
        note = f"{shown(file.name)} is sent as it is, with what it tells of the place and the camera."
        return _attached(file, Kind.VIDEO, type, (note,))
    if form.papers and file.data.startswith(b"%PDF-"):
        return _attached(file, Kind.PAPER, PDF, ())
    return None


def _attached(file: Bytes, kind: Kind, type: str, notes: tuple[str, ...]) -> Attached:
    size = len(file.data)
    if size > MOST_BYTES:
        raise FileRefused(
            f"{shown(file.name)} has {size_of(size)}, and at most {size_of(MOST_BYTES)} can be sent; cut it first."
        )
    digest = digest_of(file.data)
    path = None if file.path == Path("-") else str(file.path)
    return Attached(
        Attachment(kind, file.name, digest, size, type=type, path=path, source=digest), file.data, notes
    )
