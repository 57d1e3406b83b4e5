"""How much of the context window a request takes, and what is left out where it would not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glmchat.core.conversation import Message, Role

# Left free for the reply where max_tokens does not say.
REPLY_ROOM = 4096
WARN_AT = 0.9


@dataclass(frozen=True, slots=True)
class ContextUse:
    """Tokens of the next request; `window` is None where the model's context length is unknown.

    `estimated` says that no endpoint has counted these tokens yet.
    """

    tokens: int
    window: int | None
    estimated: bool
    reply_room: int = REPLY_ROOM
    dropping: bool = False

    @property
    def would_overflow(self) -> bool:
        """Whether prompt and reply no longer fit into the window together."""
        return self.window is not None and self.tokens + reserved(self.reply_room, self.window) > self.window

    @property
    def near(self) -> bool:
        """Whether the window is nearly full."""
        return self.window is not None and self.tokens > WARN_AT * self.window


def reserved(reply_room: int, window: int) -> int:
    """The tokens of a window that are kept free for the reply: what it may take, but never more than half of it."""
    return min(reply_room, window // 2)


def turns_of(messages: Sequence[Message]) -> list[list[Message]]:
    """Split a branch into turns: each starts with a message of the user."""
    turns: list[list[Message]] = []
    for message in messages:
        if message.role is Role.USER or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def oldest_to_drop(sizes: Sequence[int], budget: int) -> int:
    """How many of the oldest turns must go so that the rest fits into `budget` tokens; the last one stays.

    `sizes` are the tokens of each turn.
    """
    total = sum(sizes)
    count = 0
    while total > budget and count < len(sizes) - 1:
        total -= sizes[count]
        count += 1
    return count
