"""A comparison as it stands: its columns, the reply of each, and their figures."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.core.conversation import Cost, Message, Timing
from glmchat.workspace.session import OpenSession, Running, Variant


@dataclass(slots=True)
class Column:
    """One variant and its reply: message `message_id` of the conversation."""

    variant: Variant
    message_id: int


@dataclass(slots=True)
class Comparison:
    """Several replies to the same message of the user; they are siblings in the tree.

    `before` is the end of the branch that was read, until one of the replies is picked or none.
    """

    session: OpenSession
    prompt_id: int
    columns: list[Column]
    before: int | None = None

    def running(self, column: Column) -> Running | None:
        """The reply of a column while it runs."""
        return self.session.runs.get(column.message_id)

    def message(self, column: Column) -> Message:
        """The reply of a column as it is known."""
        return self.session.conversation.loaded[column.message_id]


@dataclass(frozen=True, slots=True)
class Figures:
    """How fast a compared reply came, and what came of it; None for what is not known yet."""

    first_token_s: float | None
    total_s: float | None
    tokens: int | None
    tokens_per_s: float | None
    cost: Cost | None
    finish_reason: str | None


def figures(comparison: Comparison, column: Column) -> Figures:
    """The figures of a column: of the reply that runs, else of the message that it became."""
    message = comparison.message(column)
    running = comparison.running(column)
    if running is not None:
        timing: Timing | None = running.reply.timing
        tokens = running.reply.content_tokens + running.reply.reasoning_tokens or None
    else:
        timing = message.timing
        tokens = message.completion_tokens
    first = timing.first_token_s if timing is not None else None
    total = timing.total_s if timing is not None else None
    streamed = total - first if first is not None and total is not None else None
    speed = tokens / streamed if tokens and streamed else None
    return Figures(first, total, tokens, speed, message.cost, message.finish_reason)
