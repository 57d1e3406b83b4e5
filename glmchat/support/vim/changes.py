"""What commands do with a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from glmchat.support.vim.draft import Draft
from glmchat.support.vim.grammar import Command
from glmchat.support.vim.lines import end_of, first_word, is_empty, start_of
from glmchat.support.vim.objects import Span

INDENT = 4
# Operators after which the cursor is where the motion began in the text, in its column.
KEEPING = frozenset(("y", "gu", "gU", "g~"))


def operate(draft: Draft, operator: str, span: Span, times: int = 1) -> None:
    """Carry out an operator on a piece of the text."""
    if operator == "y":
        draft.keep(span)
        draft.at = span.start
    elif operator == "d":
        draft.cut(span)
    elif operator == "c":
        draft.keep(span)
        draft.replace(span.start, span.end, "")
        draft.at, draft.inserts = span.start, True
    elif operator in CASES:
        draft.replace(span.start, span.end, CASES[operator](draft.text[span.start : span.end]))
        draft.at = span.start
    else:
        _shift(draft, span, times if operator == ">" else -times)


CASES: Mapping[str, Callable[[str], str]] = {
    "gu": lambda text: "".join(map(_lower, text)),
    "gU": lambda text: "".join(map(_upper, text)),
    "g~": lambda text: "".join(_upper(char) if char.islower() else _lower(char) for char in text),
}


def _lower(char: str) -> str:
    return lower if len(lower := char.lower()) == 1 else char


def _upper(char: str) -> str:
    return upper if len(upper := char.upper()) == 1 else char


def _shift(draft: Draft, span: Span, steps: int) -> None:
    start, end = start_of(draft.text, span.start), end_of(draft.text, span.end)
    lines = []
    for line in draft.text[start:end].split("\n"):
        words = line.lstrip(" \t")
        indent = len(line[: len(line) - len(words)].expandtabs(8)) + steps * INDENT
        lines.append(" " * max(0, indent) + words if line else line)
    draft.replace(start, end, "\n".join(lines))
    draft.at = first_word(draft.text, start)


def join(draft: Draft, lines: int, spaced: bool) -> bool:
    """Join a number of lines from the cursor on; False where there is none to be joined."""
    text, start = draft.text, start_of(draft.text, draft.at)
    ends = [end_of(text, start)]
    while len(ends) < lines and ends[-1] < len(text):
        ends.append(end_of(text, ends[-1] + 1))
    if len(ends) < 2:
        return False
    joined, at = text[start : ends[0]], 0
    for before, end in pairwise(ends):
        more = text[before + 1 : end]
        if spaced:
            more = more.lstrip(" \t")
            gap = " " if more and not more.startswith(")") and joined and joined[-1] not in " \t" else ""
            at = len(joined)
            joined += gap + more
        else:
            at = len(joined)
            joined += more
    draft.replace(start, ends[-1], joined)
    draft.at = start + at
    return True


def put(draft: Draft, times: int, before: bool) -> bool:
    """Put in what was cut or copied."""
    register = draft.register
    if not register.text and not register.lines:
        return False
    text, at = draft.text, draft.at
    if register.lines:
        lines = "\n".join([register.text] * times)
        if before:
            place = start_of(text, at)
            draft.replace(place, place, lines + "\n")
        else:
            place = end_of(text, at)
            draft.replace(place, place, "\n" + lines)
            place += 1
        draft.at = first_word(draft.text, place)
        return True
    place = at if before or is_empty(text, at) else at + 1
    draft.replace(place, place, register.text * times)
    draft.at = place if "\n" in register.text else place + len(register.text) * times - 1
    return True


def _replace_chars(draft: Draft, command: Command) -> bool:
    end = draft.at + command.times
    if end > end_of(draft.text, draft.at):
        return False
    draft.replace(draft.at, end, command.char * command.times)
    draft.at = end - 1
    return True


def _turn_case(draft: Draft, command: Command) -> bool:
    end = min(draft.at + command.times, end_of(draft.text, draft.at))
    if end == draft.at:
        return False
    draft.replace(draft.at, end, CASES["g~"](draft.text[draft.at : end]))
    draft.at = end
    return True


def _insert(where: Callable[[str, int], int]) -> Callable[[Draft, Command], bool]:
    def begin(draft: Draft, command: Command) -> bool:
        draft.at, draft.inserts = where(draft.text, draft.at), True
        return True

    return begin


def _after(text: str, at: int) -> int:
    return min(at + 1, end_of(text, at))


def _first(text: str, at: int) -> int:
    start, end = start_of(text, at), end_of(text, at)
    return end - len(text[start:end].lstrip(" \t"))


def _open(below: bool) -> Callable[[Draft, Command], bool]:
    def begin(draft: Draft, command: Command) -> bool:
        place = end_of(draft.text, draft.at) if below else start_of(draft.text, draft.at)
        draft.replace(place, place, "\n")
        draft.at, draft.inserts = place + below, True
        return True

    return begin


# Commands without a target; False where they can do nothing.
CHANGES: Mapping[str, Callable[[Draft, Command], bool]] = {
    "i": _insert(lambda text, at: at),
    "a": _insert(_after),
    "I": _insert(_first),
    "R": _insert(lambda text, at: at),
    "gi": _insert(lambda text, at: at),
    "gI": _insert(start_of),
    "A": _insert(end_of),
    "o": _open(below=True),
    "O": _open(below=False),
    "p": lambda draft, command: put(draft, command.times, before=False),
    "P": lambda draft, command: put(draft, command.times, before=True),
    "J": lambda draft, command: join(draft, max(2, command.times), spaced=True),
    "gJ": lambda draft, command: join(draft, max(2, command.times), spaced=False),
    "r": _replace_chars,
    "~": _turn_case,
}
