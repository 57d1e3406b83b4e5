"""A conversation as the messages of a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glmchat.api.dialect_rows import Dialect
from glmchat.core.attached import Contents
from glmchat.core.conversation import Message, Role, ToolCall
from glmchat.core.user_content import user_content


def wire_messages(
    dialect: Dialect,
    path: Sequence[Message],
    system: str | None = None,
    provider: str | None = None,
    contents: Contents | None = None,
    model: str | None = None,
    preserve: bool = False,
) -> list[dict[str, Any]]:
    """Turn a branch into the `messages` of a request to a provider, the system prompt first.

    Members of a tool call that the API does not name, such as a signature, go back to the provider that sent them,
    which may insist on them; another one could refuse them.

    A reply's thought goes back within a tool turn (the replies between two user messages, one of which calls a tool),
    with `preserve` on plain turns too, and only under the name that the dialect gives: unchanged, to the provider and
    the `model` that thought it, and not where the reply was edited. Replies without any text or call are left
    out; so are the tool calls of a reply to which a result is missing, since no endpoint takes those.

    `contents` are the bytes of what is attached: files stand as text before the words of their message, pictures as
    parts after them.
    """
    answered = {message.tool_call_id for message in path if message.role is Role.TOOL}
    in_tool_turn = _tool_turns(path)
    out: list[dict[str, Any]] = []
    if system:
        out.append({"role": "system", "content": system})
    offered: set[str] = set()
    for at, message in enumerate(path):
        match message.role:
            case Role.ASSISTANT:
                known = provider is None or message.provider == provider
                own = known and (model is None or is_own(message, model))
                wire = _assistant(
                    dialect, message, answered, thought=own and (preserve or at in in_tool_turn), extra=known
                )
                if wire is not None:
                    offered |= {call["id"] for call in wire.get("tool_calls", ())}
                    out.append(wire)
            case Role.TOOL:
                if message.tool_call_id in offered:
                    out.append(
                        {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}
                    )
            case _:
                out.append(
                    {
                        "role": message.role.value,
                        "content": user_content(message, contents or {}, dialect.picture_detail),
                    }
                )
    return out


def is_own(message: Message, model: str) -> bool:
    """Whether a reply stands as that model gave it: what was edited, or came from elsewhere, has no times."""
    return message.timing is not None and (message.sent or {}).get("model") == model


def _assistant(
    dialect: Dialect, message: Message, answered: set[str | None], *, thought: bool, extra: bool
) -> dict[str, Any] | None:
    calls = [call for call in message.tool_calls if call.id in answered]
    content = message.content or message.refusal or ""
    if not content and not calls:
        return None
    wire: dict[str, Any] = {"role": "assistant", "content": content}
    if calls:
        wire["tool_calls"] = [_call(call, (call.extra or {}) if extra else {}) for call in calls]
    if thought and dialect.send_details and message.reasoning_details:
        wire[_details_key(message.reasoning_details)] = list(message.reasoning_details)
    elif thought and dialect.send_back == "content" and message.reasoning:
        said = [{"type": "text", "text": content}] if content else []
        wire["content"] = [
            {"type": "thinking", "thinking": [{"type": "text", "text": message.reasoning}]},
            *said,
        ]
    elif thought and dialect.send_back and message.reasoning:
        wire[dialect.send_back] = message.reasoning
    return wire


def _details_key(details: Sequence[Any]) -> str:
    """Where the details of a thought came from: those of Claude, which LiteLLM hands on, have types of their own."""
    types = {each.get("type") for each in details if isinstance(each, dict)}
    return "thinking_blocks" if types <= {"thinking", "redacted_thinking"} else "reasoning_details"


def _call(call: ToolCall, extra: dict[str, Any]) -> dict[str, Any]:
    more = extra.get("function")
    function = {**(more if isinstance(more, dict) else {}), "name": call.name, "arguments": call.arguments}
    return {**extra, "id": call.id, "type": "function", "function": function}


def _tool_turns(path: Sequence[Message]) -> set[int]:
    """Places of the replies that stand in a tool turn."""
    found: set[int] = set()
    turn: list[int] = []
    calls = False
    for at, message in enumerate(path):
        if message.role is Role.USER:
            turn, calls = [], False
        elif message.role is Role.ASSISTANT:
            turn.append(at)
            calls = calls or bool(message.tool_calls)
            if calls:
                found.update(turn)
    return found
