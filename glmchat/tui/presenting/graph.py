"""The tree of a conversation as lines of a text graph: which message stands where, and how far to the right."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.core.conversation import Conversation


@dataclass(frozen=True, slots=True)
class GraphRow:
    """A message in the graph.

    `level` counts the lanes at its left; `begins` says that its branch leaves the lane next to it here.
    """

    id: int
    level: int
    begins: bool


def graph(conversation: Conversation) -> list[GraphRow]:
    """Every message, each before what follows it.

    The branch that is read goes straight down at the left; elsewhere the newest version does. Other versions come
    before it and stand further to the right, so that a lane always goes on below what leaves it.
    """
    read = {node.id for node in conversation.path()}
    rows: list[GraphRow] = []
    waiting: list[GraphRow] = []

    def follow(id: int | None, level: int) -> None:
        versions = conversation.children(id)
        if versions:
            straight = next((each for each in versions if each in read), versions[-1])
            waiting.append(GraphRow(straight, level, False))
            others = [each for each in versions if each != straight]
            waiting.extend(GraphRow(each, level + 1, True) for each in reversed(others))

    follow(None, 0)
    while waiting:
        row = waiting.pop()
        rows.append(row)
        follow(row.id, row.level)
    return rows


def strokes(row: GraphRow, first: bool, most: int) -> str:
    """The lines at the left of a message; beyond `most` lanes only their number is told."""
    lanes = row.level - 1 if row.begins else row.level
    left = "│ " * lanes if lanes <= most else f"│ ⋯{lanes} ".ljust(2 * most)
    if not row.begins:
        return left
    return left + ("╭─" if first else "├─")
