"""What the endpoint says of itself when it is asked, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.support.text import safe_line

if TYPE_CHECKING:
    from glmchat.turn.endpoint_check import Answer

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


def check_line(answer: Answer, strong: str = "") -> str:
    """An answer of the endpoint in a line; `strong` are marks to set around the question."""
    detail = f" (`{safe_line(answer.detail)}`)" if answer.detail else ""
    question = f"{strong}{answer.question}{strong}"
    return f"{_MARKS[answer.verdict]} {question} {safe_line(answer.sentence)}{detail}"
