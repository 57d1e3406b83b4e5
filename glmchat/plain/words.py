"""What stands around a message, in lines."""

from __future__ import annotations

from glmchat.core import pricing
from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.support.text import safe_line
from glmchat.turn import ending_notes

_SPEAKERS = {
    Role.USER: "You",
    Role.ASSISTANT: "Reply",
    Role.TOOL: "Tool result",
    Role.SYSTEM: "System prompt",
}


def speaker(message: Message) -> str:
    """Who says a message."""
    if message.role is Role.ASSISTANT and message.model:
        return safe_line(message.model)
    return _SPEAKERS[message.role]


def figures(message: Message) -> str:
    """What a reply took, in a line; empty where nothing is known."""
    pieces = []
    if message.completion_tokens is not None:
        pieces.append(f"{message.completion_tokens} tokens")
    if message.timing is not None and message.timing.total_s is not None:
        pieces.append(f"{message.timing.total_s:.1f} s")
    if message.cost is not None and message.cost.amount:
        pieces.append(pricing.short(message.cost))
    if message.finish_reason not in (None, "stop", "tool_calls"):
        pieces.append(f"finish: {safe_line(str(message.finish_reason))}")
    return f"({', '.join(pieces)})" if pieces else ""


def notes(message: Message) -> list[tuple[str, str]]:
    """What there is to say after a reply, with its severity: how it ended, what it calls, what it names."""
    said: list[tuple[str, str]] = []
    if message.refusal:
        said.append((f"The model refused: {message.refusal}", "warning"))
    if message.failure is not None:
        said.append((message.failure.full_message(), "error"))
        if not message.attempt:
            anyway = message.failure.kind == "budget"
            how = "/retry anyway asks all the same." if anyway else "/retry asks again."
            said.append((how, "information"))
    elif message.state in (State.STOPPED, State.CUT):
        how = "You stopped this reply." if message.state is State.STOPPED else "This reply was cut off."
        kept = (
            " What came is kept; /continue asks for the rest." if message.content or message.reasoning else ""
        )
        said.append((how + kept, "information"))
    elif ending_notes.is_all_thought(message):
        said.append((f"{ending_notes.note(message)} /take-thought makes it the answer.", "information"))
    elif unusual := ending_notes.note(message):
        more = " /continue asks for the rest." if ending_notes.is_unfinished(message) else ""
        said.append((unusual + more, "information"))
    said += [(remark, "information") for remark in _beside(message)]
    said += [(warning, "warning") for warning in message.warnings]
    for call in message.tool_calls:
        said.append((f"The model calls the tool {call.name} with {call.arguments}.", "information"))
    if message.tool_calls:
        said.append(("/results answers the calls.", "information"))
    return [(safe_line(sentence), severity) for sentence, severity in said]


def _beside(message: Message) -> list[str]:
    """Pictures and sources of a reply."""
    return ending_notes.remarks(message)[ending_notes.is_all_thought(message) :]


def branches(conversation: Conversation) -> list[int]:
    """The messages that the branches of a conversation end with, oldest first."""
    return [node.id for node in conversation.walk() if not conversation.children(node.id)]
