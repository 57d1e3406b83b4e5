"""The figures of a compared reply, in words."""

from __future__ import annotations

from glmchat.analysis.samples import AGREEMENT, DISTINCT, Table
from glmchat.core import pricing
from glmchat.core.conversation import Message, State
from glmchat.support.numbers import written
from glmchat.support.text import safe_line
from glmchat.tui.presenting.status import doing
from glmchat.tui.presenting.words import ENDINGS
from glmchat.tui.widgets.column import Head
from glmchat.tui.widgets.column_figures import FigureLine
from glmchat.turn import ending_notes
from glmchat.workspace.comparison import ENDED, FORMAT, Column, Comparison, Figures, Repeat, figures

# A reply that still counts as streaming while nothing of it runs was cut off with the program.
_ENDINGS = {State.COMPLETE: "done", State.STREAMING: ENDINGS[State.CUT], **ENDINGS}
_MARKS = {
    State.COMPLETE: "✓", State.STOPPED: "■", State.CUT: "!", State.FAILED: "✗", State.STREAMING: "!",
}  # fmt: skip
# Measures in few cells, and what stands out of the noise or does not.
_SHORT = {DISTINCT: "distinct", AGREEMENT: "agreement", FORMAT: "format", ENDED: "ended"}
_WORDS = {"no difference seen": "noise"}


def figure_lines(table: Table) -> list[list[FigureLine]]:
    """The lines of each column; a measure has the same scale in all of them."""
    lines: list[list[FigureLine]] = [[] for _ in table.rows]
    for measure in table.measures:
        figures = [cells[measure].figure for cells in table.rows.values()]
        ends = [
            end for each in figures if each for end in (each.mean, each.low, each.high) if end is not None
        ]
        low, span = min(ends, default=0.0), (max(ends, default=0.0) - min(ends, default=0.0)) or 1.0
        name = _SHORT.get(measure, measure.replace("cost in", "cost"))
        for column, cells in zip(lines, table.rows.values(), strict=True):
            found, beside = cells[measure].figure, cells[measure].beside
            if found is None:
                column.append(FigureLine(name, "–"))
                continue
            around, places = "", (found.mean, found.mean, found.mean)
            if found.low is not None and found.high is not None:
                around = f"{written(found.low, 3)}–{written(found.high, 3)}"
                places = (found.low, found.mean, found.high)
            at = tuple((each - low) / span if len(set(ends)) > 1 else 0.5 for each in places)
            word = _WORDS.get(beside, beside)
            column.append(FigureLine(name, written(found.mean, 3), around, word, (at[0], at[1], at[2])))
    return lines


def head_of(comparison: Comparison, number: int) -> Head:
    """What stands over a column now."""
    column = comparison.columns[number]
    running = comparison.running(column)
    ended = comparison.message(column).state
    mark, state = ("●", doing(running)) if running else (_MARKS[ended], _ENDINGS[ended])
    speed, result = _lines(figures(comparison, column), running is not None)
    strip = tuple(_sign(comparison, repeat) for repeat in column.repeats)
    return Head(
        number, column.variant.label, mark, state, speed, result, comparison.busy(column),
        strip, column.shown, column.votes,
    )  # fmt: skip


def _sign(comparison: Comparison, repeat: Repeat) -> str:
    """One sign for a repeat: voted for, running, how it ended, or not asked for yet."""
    if repeat.voted:
        return "★"
    if repeat.message_id in comparison.session.runs:
        return "●"
    if not comparison.asked(repeat):
        return "·"
    return _MARKS[comparison.session.conversation.loaded[repeat.message_id].state]


def _lines(known: Figures, running: bool) -> tuple[str, str]:
    """How fast it was, and what came of it; what is not known is left out."""
    speed = []
    if known.first_token_s is not None:
        speed.append(f"first token {known.first_token_s:.2f} s")
    if known.tokens_per_s is not None:
        speed.append(f"{known.tokens_per_s:,.0f} tokens/s")
    result = []
    if known.tokens is not None:
        result.append(f"{'≈' if running else ''}{pricing.tokens(known.tokens)}")
    if known.total_s is not None:
        result.append(f"{known.total_s:.1f} s")
    if known.cost is not None:
        result.append(pricing.short(known.cost))
    if known.finish_reason:
        result.append(f"finish {safe_line(str(known.finish_reason))}")
    return "   ".join(speed), "   ".join(result)


def problem_of(comparison: Comparison, column: Column) -> tuple[str, bool]:
    """What went wrong with a column's reply or was unusual about it, and whether it is an error."""
    running = comparison.running(column)
    if running is not None:
        waiting = running.waiting
        if waiting is None:
            return "", False
        return (
            f"{waiting.sentence} Trying again, attempt {waiting.attempt} of {waiting.attempts}.",
            False,
        )
    message: Message = comparison.message(column)
    if message.failure is None:
        return "\n".join(filter(None, (ending_notes.note(message), *message.warnings))), False
    return message.failure.full_message(), True
