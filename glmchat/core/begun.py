"""A reply whose beginning the person wrote: of the answer, or, after a mark, of the thought before it."""

from __future__ import annotations

from dataclasses import dataclass

MARK, END = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Begun:
    """How a reply begins; both are empty where nothing of them was written."""

    thought: str = ""
    answer: str = ""


def read(text: str) -> Begun:
    """Read what was written: after ``<think>`` stands the thought, after ``</think>`` the answer."""
    if not text.lstrip().startswith(MARK):
        return Begun(answer=text)
    thought, _, answer = text.lstrip().removeprefix(MARK).partition(END)
    return Begun(thought, answer.lstrip("\n"))
