"""Side questions: asked beside the conversation, and taken over where the person wants that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.plain.command import Chat
    from glmchat.workspace.asides import Aside

TAKE = "take"


async def aside(chat: Chat, question: str) -> str:
    """Ask beside the conversation and print the answer; alone, print the last again, or take it over."""
    if question and question != TAKE:
        return await _ask(chat, question)
    last = chat.workspace.asides.last()
    if last is None:
        raise Refused("Nothing was asked aside yet. Write the question after it: /aside What does that mean?")
    if question == TAKE:
        chat.workspace.asides.take(last)
        return "The side question and its answer are the last turn of the conversation now."
    chat.scribe.show(last.answer, "Aside")
    return _after(last)


async def _ask(chat: Chat, question: str) -> str:
    asides = chat.workspace.asides
    asked = asides.ask(question)
    task = asked.running.task
    assert task is not None  # noqa: S101 - it was just begun
    chat.scribe.begin("Aside")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:  # Ctrl+C: what came is kept
        asides.stop(asked)
        await task
    chat.scribe.close(asked.answer)
    return _after(asked)


def _after(asked: Aside) -> str:
    return (
        "It is no part of the conversation; /aside take makes it the last turn."
        if asked.answer.content
        else ""
    )
