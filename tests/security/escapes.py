"""What a program under a terminal wrote, taken apart into sequences, and whether it may write each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from glmchat.support.text import safe

_TOKEN = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[PX^_](?P<string>.*?)(?:\x1b\\|\x9c)"
    r"|\x1b(?P<escape>[ -/]*[0-~])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
    r"|(?P<control>[\x00-\x1f\x7f])",
    re.DOTALL,
)
# Attributes and colours that our styles use; no blinking, no hidden text, and no colour of the payloads.
_SGR = re.compile(
    r"(?:(?:0|1|2|3|4|7|9|22|23|24|27|29|39|49|3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2(?:;\d{1,3}){3})(?:;|(?=m)))*m"
)
# Modes: cursor, mouse, alternate screen, focus, paste, size reports, synchronized output, line wrap.
_MODES = re.compile(r"\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]")
# Questions to the terminal, and the keyboard protocol.
_OTHERS = re.compile(r"\?(?:2004|2026|2048|5522)\$p|>\d+u|<u|6n|c|>[0-9;]*q|\?u")
# Written once at the start: puts off what a program before may have left on (see `driver.py`).
_LEFT_BEHIND = b"\x0f\x1b(B\x1b[4l\x1b[?6l\x1b[r\x1b[?9001l"
_POINTER = re.compile(r"22;[a-z-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be written: positions inside of a screen, or nothing but text; and the texts that were copied."""

    columns: int = 0
    rows: int = 0
    clipboard: tuple[str, ...] = ()

    def may(self, kind: str, value: str) -> bool:
        """Whether a sequence of a kind may be written."""
        match kind:
            case "text":
                return safe(value) == value
            case "control":
                return value in ("\r", "\n") or (value == "\t" and not self.rows)
            case "csi" if self.rows:
                return self._csi(value)
            case "osc" if self.rows:
                return bool(_POINTER.fullmatch(value)) or value in self.clipboard
        return False

    def _csi(self, value: str) -> bool:
        if value[-1] == "H":
            row, _, column = value[:-1].partition(";")
            return 1 <= int(row or 1) <= self.rows and 1 <= int(column or 1) <= self.columns
        if value[-1] == "G":
            return value[:-1].isdigit() and 1 <= int(value[:-1]) <= self.columns + 1
        if value[-1] == "r":
            return self._region(value[:-1])
        if value[-1] in "LM":
            return value[:-1].isdigit() and 1 <= int(value[:-1]) <= self.rows
        if value[-1] == "m":
            return bool(_SGR.fullmatch(value)) and PAYLOAD_COLOUR not in value
        return bool(_MODES.fullmatch(value) or _OTHERS.fullmatch(value))

    def _region(self, value: str) -> bool:
        """Whether rows may be set as those that scroll: some within the screen, or all of it again."""
        first, _, last = value.partition(";")
        return not value or (first.isdigit() and last.isdigit() and 1 <= int(first) < int(last) <= self.rows)


PAYLOAD_COLOUR = "38;2;1;2;3"
TEXT_ONLY = Rules()


def violations(data: bytes, rules: Rules) -> list[str]:
    """Everything that the program wrote and had no right to; bytes that are no UTF-8 count."""
    if rules.rows:
        data = data.replace(_LEFT_BEHIND, b"", 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        near = data[max(0, error.start - 20) : error.start + 20]
        return [f"no UTF-8: {near!r}"]
    found = []
    at = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if match.start() != at or not rules.may(kind, match[kind]):
            found.append(repr(text[max(0, match.start() - 15) : match.end() + 15][:120]))
        at = match.end()
    return found if at == len(text) else [*found, f"unfinished: {text[at : at + 40]!r}"]


def shown(data: bytes) -> str:
    """The text alone."""
    text = data.decode("utf-8", "replace")
    return "".join(match["text"] or "" for match in _TOKEN.finditer(text))
