"""What a person says as a message of a request has it: files before the words, pictures and other parts after them."""

from __future__ import annotations

import base64
from typing import Any

from glmchat.core.attached import Attachment, Contents, Kind, block
from glmchat.core.conversation import Message


def user_content(message: Message, contents: Contents, detail: bool = True) -> str | list[dict[str, Any]]:
    """The words of a message with what is attached; only what is no text needs parts, which not every endpoint knows.

    Without `detail` nothing is said of how closely they are to be looked at.
    """
    sent = [each for each in message.attachments if not each.left_out]
    files = [_file(each, contents.get(each.digest)) for each in sent if each.kind is Kind.TEXT]
    text = "\n\n".join(each for each in (*files, message.content) if each)
    parts = [_part(each, contents[each.digest], detail) for each in sent if _is_there(each, contents)]
    if not parts:
        return text
    return [*([{"type": "text", "text": text}] if text else []), *parts]


def _is_there(attachment: Attachment, contents: Contents) -> bool:
    return attachment.kind is not Kind.TEXT and attachment.digest in contents


def _file(attachment: Attachment, data: bytes | None) -> str:
    if data is None:
        return f"({attachment.name} was attached here, and is gone.)"
    return block(attachment, data.decode("utf-8", "replace"))


def _part(attachment: Attachment, data: bytes, detail: bool) -> dict[str, Any]:
    """A picture, a video or a document (openrouter.ai/docs and docs.z.ai, multimodal input)."""
    uri = f"data:{attachment.type};base64,{base64.b64encode(data).decode('ascii')}"
    if attachment.kind is Kind.VIDEO:
        return {"type": "video_url", "video_url": {"url": uri}}
    if attachment.kind is Kind.PAPER:
        name = attachment.name.rpartition("/")[2]
        return {"type": "file", "file": {"filename": name, "file_data": uri}}
    address = {"url": uri}
    if detail and attachment.detail is not None:
        address["detail"] = attachment.detail
    return {"type": "image_url", "image_url": address}
