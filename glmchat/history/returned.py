"""Pictures that a model returned: their bytes lie by their digests with what was attached, and a message names those.

Whoever reads a message gets the pictures back as they came. Rows of earlier versions hold them themselves.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from glmchat.core import attachments
from glmchat.core.attached import Attachment, Kind, digest_of
from glmchat.history import contents

_DIGEST = re.compile("[0-9a-f]{64}")


def kept(
    connection: sqlite3.Connection, images: Iterable[dict[str, Any]]
) -> tuple[tuple[dict[str, Any], ...], list[str]]:
    """Keep the bytes of pictures; returns what a message's row has instead, and their digests."""
    out, digests = [], []
    for image in images:
        named = _put(connection, image)
        out.append(named)
        if isinstance(digest := named.get("digest"), str) and _DIGEST.fullmatch(digest):
            digests.append(digest)
    return tuple(out), digests


def _put(connection: sqlite3.Connection, image: dict[str, Any]) -> dict[str, Any]:
    """Keep the bytes of a picture where they are all that its address says; it is left as it is where they are not."""
    data = image.get("data")
    raw = attachments.raw(image)
    if not raw or data != _uri(image.get("type"), raw):
        return image
    attachment = Attachment(Kind.PICTURE, "", digest_of(raw), len(raw))
    try:
        contents.put(connection, attachment, raw, contents.directory_beside(connection))
    except OSError:  # the reply's words are worth more than a small row
        return image
    return {**image, "data": None, "digest": attachment.digest}


def restored(connection: sqlite3.Connection, images: Any) -> Any:
    """The pictures of a message's row as they came; one whose file is gone keeps its digest."""
    if not isinstance(images, list):
        return images
    digests = [each["digest"] for each in images if isinstance(each, dict) and _is_named(each)]
    held = contents.read(connection, digests, contents.directory_beside(connection)) if digests else {}
    return [_back(each, held) if isinstance(each, dict) and _is_named(each) else each for each in images]


def _is_named(image: Mapping[str, Any]) -> bool:
    digest = image.get("digest")
    return isinstance(digest, str) and bool(_DIGEST.fullmatch(digest)) and not image.get("data")


def _back(image: dict[str, Any], held: Mapping[str, bytes]) -> dict[str, Any]:
    raw = held.get(image["digest"])
    if raw is None:
        return image
    whole = {name: value for name, value in image.items() if name != "digest"}
    return {**whole, "data": _uri(image.get("type"), raw)}


def _uri(type: Any, raw: bytes) -> str:
    return f"data:{type or ''};base64,{base64.b64encode(raw).decode('ascii')}"
