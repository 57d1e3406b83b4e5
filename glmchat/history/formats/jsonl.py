"""JSON lines in OpenAI's messages format, one session a line, as fine-tuning takes them.

Only the branch that is meant, and of it what was said whole: attempts, failures and empty replies are left out.
A session without a reply has no line. The thought is not part of the format. Pictures and sources of a reply stand
beside its content, under names that the format does not have; what a person attached is part of what they said.
"""

from __future__ import annotations

import json
from typing import Any

from glmchat.core.attached import Contents
from glmchat.core.conversation import Message, Role, State
from glmchat.core.user_content import user_content
from glmchat.history.formats.values import Exported, Exporter


def _wire(message: Message, contents: Contents) -> dict[str, Any]:
    said = (
        user_content(message, contents) if message.attachments else message.content or message.refusal or ""
    )
    out: dict[str, Any] = {"role": message.role.value, "content": said}
    if message.tool_calls:
        out["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    for name in ("images", "annotations"):
        if getattr(message, name):
            out[name] = list(getattr(message, name))
    if message.tool_call_id is not None:
        out["tool_call_id"] = message.tool_call_id
    return out


def _said(message: Message) -> bool:
    whole = message.state in (State.COMPLETE, State.STOPPED) and not message.attempt
    said = message.content or message.refusal or message.tool_calls or message.images or message.attachments
    return whole and bool(said)


def _one(exported: Exported, number: int) -> str:
    messages = [message for message in exported.branch() if _said(message)]
    if not any(message.role is Role.ASSISTANT for message in messages):
        return ""
    system = next(
        (message.system for message in reversed(messages) if message.system), exported.session.system
    )
    lines = [{"role": "system", "content": system}] if system and messages[0].role is not Role.SYSTEM else []
    lines += [_wire(message, exported.contents) for message in messages]
    return json.dumps({"messages": lines}, ensure_ascii=False) + "\n"


FORMAT = Exporter("jsonl", ".jsonl", _one)
