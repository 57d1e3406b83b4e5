"""The line over a thought: fold mark, seconds, tokens, and while the model thinks a button that ends it."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.core import pricing
from glmchat.markdown.spans import Span


@dataclass(frozen=True, slots=True)
class ThoughtFacts:
    """What is known of a thought.

    `first_answer_s` are the seconds from the request to the first token of the answer, `budget` the most tokens that
    the thought may have; `circling` says that it repeats itself.
    """

    seconds: float | None = None
    tokens: int | None = None
    estimated: bool = False
    running: bool = False
    first_answer_s: float | None = None
    budget: int | None = None
    circling: bool = False


def head_spans(
    facts: ThoughtFacts, folded: bool, title: str = "Thinking", title_style: str = "strong"
) -> list[Span]:
    """The pieces of the line, the button marked ``answer`` for clicks."""
    left = [Span("▸ " if folded else "▾ ", "quiet"), Span(title, title_style)]
    button = [Span("  "), Span("answer now", "button", meta="answer")] if facts.running else []
    circles = facts.running and facts.circling
    if circles:
        left += [Span(" in circles", "note.warning strong"), *button]
    if facts.seconds is not None:
        left.append(Span(f"  {_seconds(facts.seconds)}", "quiet"))
    if facts.tokens:
        about = "≈" if facts.estimated else ""
        of = f"{facts.tokens:,} of " if facts.budget else ""
        left.append(Span(f"  {about}{of}{pricing.tokens(facts.budget or facts.tokens)}", "quiet"))
    if facts.first_answer_s is not None:
        left.append(Span(f"  answer after {facts.first_answer_s:.1f} s", "quiet"))
    return left if circles else left + button


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
