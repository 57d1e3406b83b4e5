"""The figures of a compared reply, in words."""

from __future__ import annotations

from glmchat.core import pricing
from glmchat.core.conversation import Message, State
from glmchat.support.text import safe_line
from glmchat.tui.presenting.status import doing
from glmchat.tui.presenting.words import ENDINGS
from glmchat.tui.widgets.column import Head
from glmchat.workspace.comparison import Column, Comparison, Figures, figures

# A reply that still counts as streaming while nothing of it runs was cut off with the program.
_ENDINGS = {State.COMPLETE: "done", State.STREAMING: ENDINGS[State.CUT], **ENDINGS}
_MARKS = {
    State.COMPLETE: "✓", State.STOPPED: "■", State.CUT: "!", State.FAILED: "✗", State.STREAMING: "!",
}  # fmt: skip


def head_of(comparison: Comparison, number: int) -> Head:
    """What stands over a column now."""
    column = comparison.columns[number]
    running = comparison.running(column)
    ended = comparison.message(column).state
    mark, state = ("●", doing(running)) if running else (_MARKS[ended], _ENDINGS[ended])
    speed, result = _lines(figures(comparison, column), running is not None)
    return Head(number, column.variant.label, mark, state, speed, result, running is not None)


def _lines(known: Figures, running: bool) -> tuple[str, str]:
    """How fast it was, and what came of it; what is not known is left out."""
    speed = []
    if known.first_token_s is not None:
        speed.append(f"first token {known.first_token_s:.2f} s")
    if known.tokens_per_s is not None:
        speed.append(f"{known.tokens_per_s:,.0f} tokens/s")
    result = []
    if known.tokens is not None:
        result.append(f"{'≈' if running else ''}{known.tokens:,} tokens")
    if known.total_s is not None:
        result.append(f"{known.total_s:.1f} s")
    if known.cost is not None:
        result.append(pricing.short(known.cost))
    if known.finish_reason:
        result.append(f"finish {safe_line(str(known.finish_reason))}")
    return "   ".join(speed), "   ".join(result)


def problem_of(comparison: Comparison, column: Column) -> tuple[str, bool]:
    """What went wrong with a column's reply, and whether it is more than a delay."""
    running = comparison.running(column)
    if running is not None:
        waiting = running.waiting
        if waiting is None:
            return "", False
        return (
            f"{waiting.sentence} It is tried again, attempt {waiting.attempt} of {waiting.attempts}.",
            False,
        )
    message: Message = comparison.message(column)
    if message.failure is None:
        return "\n".join(message.warnings), False
    return message.failure.full_message(), True
