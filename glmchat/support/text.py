"""Outside text made safe to show or to quote, and its width in cells.

Whatever comes from outside (content, reasoning, names, errors, titles) passes `safe` or `safe_line` before it
is drawn or printed. Controls become symbols of one cell, so that nothing can move the cursor, change colours
or turn the reading direction.
"""

from __future__ import annotations

import re

# Unicode's own pictures for C0 and DEL; for the others a symbol that hints at what stood there.
_TABLE: dict[int, str] = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)}
_TABLE[0x7F] = "\u2421"
_TABLE |= dict.fromkeys(range(0x80, 0xA0), "\u241b")  # C1: the 8-bit forms of ESC sequences
_TABLE[0x85] = "\u2424"  # next line
_TABLE |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\u21c6")
_TABLE |= dict.fromkeys((0x2028, 0x2029), "\u21b5")  # line and paragraph separator
_TABLE |= dict.fromkeys((*range(0x206A, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC)), "\u2426")
_TABLE |= dict.fromkeys(range(0xE0000, 0xE0080), "\u2426")  # tag characters: text that nobody sees
_TABLE |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
# The same among ASCII: what is not deleted is counted, which for a long reply takes a fifth of the time of a search.
_UNSAFE_ASCII = bytes(code for code in _TABLE if code < 0x80)
# Marks that stand on the sign before them. No writing heaps more than thirty on one (the Stream-Safe Text Format of UAX
# 15), and a terminal is given each of them again whenever its cell is drawn.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0f71-\u0f84"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef"
)
_HEAP = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")
_LAST_MARKS = re.compile(f"[{_MARKS}]{{1,30}}\\Z")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ENDS = re.compile(r"\r\n|[\n\t]")
# What means something to Markdown, anywhere and at the start of a line.
_MARKUP = re.compile(r"[\\`*_~\[\]<>&$|^]|^(?:[ \t]+|[#+=-]|\d+(?=[.)]))", re.MULTILINE)


def safe(text: str) -> str:
    """Make outside text safe to show; newlines and tabs stay, CR LF becomes LF, of marks on one sign thirty stay."""
    if _has_unsafe(text):
        text = text.replace("\r\n", "\n").translate(_TABLE)
    return text if text.isascii() else _HEAP.sub(r"\1", text)


def _has_unsafe(text: str) -> bool:
    if text.isascii():
        return len(text.encode("ascii").translate(None, _UNSAFE_ASCII)) < len(text)
    return _UNSAFE.search(text) is not None


def blank(text: str) -> bool:
    """Whether a text is nothing but white space, however long it is: no copy of it is made."""
    return not text or text.isspace()


def safe_line(text: str) -> str:
    """Make outside text safe to show in one line: newlines and tabs become spaces."""
    return safe(_ENDS.sub(" ", text))


def safe_title(text: str, limit: int = 120) -> str:
    """Make outside text safe for a title, a window's or a session's: one line of at most `limit` characters."""
    line = " ".join(safe_line(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


class SafeStream:
    """Makes text in pieces safe as if it had come in one: a CR waits for its LF, half a pair for the rest."""

    def __init__(self) -> None:
        self._held = ""
        self._marks = ""  # with which the text so far ends

    def feed(self, text: str) -> str:
        """Return what of the text so far can be shown."""
        if self._held:
            text, self._held = self._held + text, ""
        if text and (text[-1] == "\r" or "\ud800" <= text[-1] <= "\udbff"):
            text, self._held = text[:-1], text[-1]
        return self._after_marks(join_pairs(text))

    def finish(self) -> str:
        """Return what was still waiting."""
        held, self._held = self._held, ""
        return self._after_marks(held)

    def _after_marks(self, text: str) -> str:
        if text.isascii():
            self._marks = "" if text else self._marks
            return safe(text)
        shown = safe(self._marks + text)
        new = shown[len(self._marks) :]
        found = _LAST_MARKS.search(shown[-30:])
        self._marks = found[0] if found else ""
        return new


def join_pairs(text: str) -> str:
    """Join surrogate pairs that came as two characters."""
    if text.isascii() or not _PAIR.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def fence(code: str, language: str = "") -> str:
    """Code as a block of Markdown that it cannot end early, whatever backticks are in it."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{code}\n{marks}"


def literal(text: str) -> str:
    """A text as Markdown that shows it as it is, line by line; unlike code it is broken between words."""
    return _MARKUP.sub(
        lambda found: "".join(f"&#{160 if char == chr(32) else ord(char)};" for char in found[0]), text
    )


def counted(count: int, thing: str) -> str:
    """A number of things whose name takes an s: '1 session', '2,000 sessions'."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def width(text: str) -> int:
    """Cells that a text takes in a terminal, by the table that the screen is drawn with."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
