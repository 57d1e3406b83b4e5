"""Markdown for reading and passing on: the branch that is meant, a heading for each message."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from glmchat.core import attachments, pricing
from glmchat.core.attached import Attachment, Contents, Kind, language_of
from glmchat.core.conversation import Message, Role
from glmchat.history.formats.folder import Folder
from glmchat.history.formats.values import Exported, Exporter
from glmchat.support.text import fence, safe_line
from glmchat.support.times import when

NAMES = {Role.USER: "You", Role.ASSISTANT: "Assistant", Role.SYSTEM: "System", Role.TOOL: "Tool"}


def name_of(message: Message) -> str:
    """Who speaks, by the model's name where there is one."""
    return message.model or NAMES[message.role] if message.role is Role.ASSISTANT else NAMES[message.role]


def facts_of(message: Message) -> list[str]:
    """The quiet line under a reply: when, how long, what it cost, and why it ended where it did not end well."""
    out = [when(message.created_at)]
    if message.completion_tokens is not None:
        out.append(f"{message.completion_tokens} tokens")
    if message.timing and message.timing.total_s is not None:
        out.append(f"{message.timing.total_s:.1f} s")
    if message.cost:
        out.append(pricing.exact(message.cost))
    if message.finish_reason not in (None, "stop"):
        out.append(f"finish reason: {message.finish_reason}")
    if message.state.value not in ("complete", "streaming"):
        out.append(message.state.value)
    return out


def _picture(image: Mapping[str, Any], folder: Folder | None) -> str:
    data = str(image.get("data") or "")
    address = str(image.get("address") or (folder and folder.link_of_uri(data)) or data)
    return f"![{attachments.picture_line({**image, 'address': None})}]({_target(address)})"


def _source(source: tuple[str, str]) -> str:
    title, address = source
    shown = re.sub(r"[\s\[\]]+", " ", title).strip()
    return f"- [{shown or address}]({_target(address)})" if address else f"- {shown}"


def _target(address: str) -> str:
    """An address as it may stand in a link: what would end it is written in its other form."""
    return re.sub(r"[\s<>()\\]", lambda char: quote(char[0], safe=""), address)


def _attached(each: Attachment, contents: Contents, folder: Folder | None) -> str:
    """What is attached: a text folded with its name, all else in the folder, or without one in the file itself."""
    data = contents.get(each.digest)
    line = safe_line(each.line)
    if data is None:
        return f"*{line}: no longer in the history*"
    if each.kind is not Kind.TEXT:
        uri = f"data:{each.type};base64,{base64.b64encode(data).decode('ascii')}" if folder is None else ""
        address = folder.link(each.name, each.type, data) if folder else uri
        return f"{'!' if each.kind is Kind.PICTURE else ''}[{re.sub(r'[][]', ' ', line)}]({address})"
    body = fence(data.decode("utf-8", "replace").removesuffix("\n"), language_of(each.name))
    return f"<details><summary>{escape(line)}</summary>\n\n{body}\n\n</details>"


def _message(message: Message, contents: Contents, folder: Folder | None) -> str:
    parts = [f"## {name_of(message)}"]
    parts += [_attached(each, contents, folder) for each in message.attachments]
    if message.reasoning:
        quoted = "\n".join(f"> {line}".rstrip() for line in message.reasoning.splitlines())
        parts.append(f"> **Thought**\n>\n{quoted}")
    if message.content:
        parts.append(message.content.rstrip())
    if message.refusal:
        parts.append(f"**Refused:** {message.refusal}")
    parts += [f"Calls `{call.name}` with:\n\n{fence(call.arguments, 'json')}" for call in message.tool_calls]
    parts += [_picture(image, folder) for image in message.images]
    if sources := attachments.cited(message.annotations):
        parts.append("**Sources**\n\n" + "\n".join(map(_source, sources)))
    if message.failure:
        parts.append(f"**Failed:** {message.failure.message}")
    if message.role is Role.ASSISTANT:
        parts.append(f"*{' · '.join(facts_of(message))}*")
    return "\n\n".join(parts)


def _one(exported: Exported, number: int) -> str:
    session = exported.session
    head = [f"# {session.title or 'Untitled'}", f"*{when(session.created)} · {session.model or 'no model'}*"]
    if session.system:
        head.append("**System prompt**\n\n" + fence(session.system))
    parts = head + [_message(message, exported.contents, exported.folder) for message in exported.branch()]
    return ("\n---\n\n" if number else "") + "\n\n".join(parts) + "\n"


FORMAT = Exporter("markdown", ".md", _one)
