"""Which values a refusal may be about that names none."""

from __future__ import annotations

from typing import Any

from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.core.parameters import body_of
from glmchat.workspace.suspects import suspects

QUESTION = 1


def refused(id: int, values: dict[str, Any], sent: dict[str, Any] | None = None, model: str = "m") -> Message:
    body = body_of(values) if sent is None else sent
    return Message(id, QUESTION, Role.ASSISTANT, model=model, state=State.FAILED, settings=values, sent=body)


def taken(id: int, values: dict[str, Any], model: str = "m") -> Message:
    return Message(id, QUESTION, Role.ASSISTANT, "Fine.", model=model, settings=values, sent=body_of(values))


def said(*replies: Message) -> Conversation:
    conversation = Conversation(9)
    for message in (Message(QUESTION, None, Role.USER, "Hi"), *replies):
        conversation.append(message)
    return conversation


def test_what_a_sibling_was_taken_with_is_beyond_suspicion() -> None:
    values = {"seed": 5, "temperature": 2.0}
    reply = refused(4, values)
    assert suspects(said(reply), reply) == ["temperature", "seed"]
    assert suspects(said(taken(2, {"seed": 5}), reply), reply) == ["temperature"]
    assert suspects(said(taken(2, {}), taken(3, {"seed": 5}), reply), reply) == ["temperature"]
    assert suspects(said(taken(2, {"seed": 5}, model="other"), reply), reply) == ["temperature", "seed"]
    assert suspects(said(taken(2, values), reply), reply) == ["temperature", "seed"]
    assert suspects(said(reply, taken(5, {"seed": 5})), reply) == ["temperature", "seed"]


def test_what_was_not_sent_cannot_be_what_was_refused() -> None:
    values = {"temperature": 0.5, "top_k": 3, "max_tokens": 9, "reasoning": True}
    sent = {"temperature": 0.5, "max_completion_tokens": 9, "thinking": {"type": "enabled"}}
    reply = refused(2, values, sent)
    assert suspects(said(reply), reply) == ["temperature", "max_tokens", "reasoning"]
