"""The text of a column of a comparison: its reply, after what was said in it before."""

from __future__ import annotations

from glmchat.core.conversation import Role
from glmchat.workspace.comparison import Column, Comparison


def numbers_of(comparison: Comparison) -> dict[int, int]:
    """The number of the column that each reply is in."""
    return {
        repeat.message_id: number
        for number, column in enumerate(comparison.columns)
        for repeat in column.repeats
    }


def text_of(comparison: Comparison, column: Column, thoughts: bool, alone: bool = False) -> str:
    """The reply of a column that is read, as far as it came, or its thought; `alone` without what came before it."""
    running = comparison.running(column)
    message = running.message() if running else comparison.message(column)
    if thoughts:
        return message.reasoning
    return message.content if alone else _before(comparison, column) + message.content


def _before(comparison: Comparison, column: Column) -> str:
    """What was said in a column before its last reply; questions stand as quotations."""
    parts = []
    for message in comparison.history(column):
        quoted = "\n".join(f"> {line}" for line in message.content.split("\n"))
        parts.append(f"---\n\n{quoted}" if message.role is Role.USER else message.content)
    return "".join(f"{part}\n\n" for part in parts)
