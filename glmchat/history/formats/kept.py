"""What an export holds of the files and pictures of a message, as attachments; pictures without their metadata."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from glmchat.analysis.token_estimate import rough
from glmchat.core.attached import Attached, Attachment, Kind, block, digest_of, picture_tokens
from glmchat.history.formats.values import MOST_TEXT
from glmchat.support.picture_files import PictureRefused, bare

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_MOST_PICTURE = 20_000_000


@lru_cache(maxsize=32)
def picture_of(data: bytes, name: str = "") -> Attached | None:
    """A picture as an attachment; None for what is none that can be sent."""
    if len(data) > _MOST_PICTURE:
        return None
    try:
        found = bare(data)
    except PictureRefused:
        return None
    about = Attachment(
        Kind.PICTURE,
        name or f"picture.{_ENDINGS[found.type]}",
        digest_of(found.data),
        len(found.data),
        picture_tokens(found.width, found.height),
        found.type,
        width=found.width,
        height=found.height,
    )
    return Attached(about, found.data)


def text_of(name: str, words: str) -> Attached:
    """The text of a file as an attachment."""
    content = words[:MOST_TEXT].encode("utf-8", "replace")
    return Attached(
        Attachment(
            Kind.TEXT, name or "file", digest_of(content), len(content), round(rough(words[:MOST_TEXT]))
        ),
        content,
    )


def of_a_reply(attached: Attached) -> tuple[str, dict[str, Any] | None]:
    """The same where a model returned it: words for a text, for a picture what stands beside a reply."""
    about, content = attached.attachment, attached.content
    if about.kind is Kind.TEXT:
        return block(about, content.decode("utf-8", "replace")), None
    uri = f"data:{about.type};base64,{base64.b64encode(content).decode('ascii')}"
    return "", {"type": about.type, "bytes": about.size, "address": None, "data": uri}
