"""Bytes of a terminal become tokens, in whatever cuts and with whatever pauses they come.

Text is never lost and an answer of the terminal is never typed. Where the two cannot be told apart yet, what
came is held until the next byte or a rest decides.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from glmchat.tui.platform.input import keys, reports, windows
from glmchat.tui.platform.input.shapes import ESC, INTRODUCERS, Reach, reach
from glmchat.tui.platform.input.tokens import Key, Keyboard, Mode, Paste, Token

# How long a sequence that has begun may rest before it is given up.
HOLD_S = 2.0
# The same where only a bracket came after an Esc that was a key already: likely the bracket was typed.
HOLD_TYPED_S = 0.4
# A paste whose end got lost ends after this rest: after a second at the latest, though its bytes were read late.
PASTE_S = 0.8
# How soon the next piece of a paste that bears no marks follows.
BURST_S = 0.05
BRACKETED_PASTE = 2004
_LONGEST_HELD = 1 << 16
# So many characters at once were not typed.
_NOT_TYPED = 8

_TEXT = re.compile("[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")


class _Held:
    """A sequence that has begun. `first` is how much of it came before the first pause, 0 for all.

    `spent` says that its ESC was taken for the key Esc already, `rests` how many pauses there were.
    """

    __slots__ = ("first", "rests", "spent", "text")

    def __init__(self, text: str = "", first: int = 0, spent: bool = False, rests: int = 0) -> None:
        self.text, self.first, self.spent, self.rests = text, first, spent, rests

    @property
    def is_packet(self) -> bool:
        """Whether it is a piece of the clipboard, which may come over a slow line."""
        return self.text.startswith(reports.PACKET)


class Decoder:
    """Reads what a terminal sends; `feed` takes bytes, `tick` the time, and `deadline` says when that is due.

    `flags` are those of the kitty keyboard protocol as the terminal told them; `brackets` says whether a paste
    is known to arrive between marks.
    """

    def __init__(self, escape_delay: float = 0.1) -> None:
        self.flags = 0
        self.brackets = False
        self._kitty = False
        self._escape_delay = escape_delay
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._held = _Held()
        self._paste: list[str] | None = None
        self._last = 0.0
        self._burst_until = 0.0

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, if nothing comes before; None for never."""
        held = self._held
        if self._paste is not None:
            return self._last + PASTE_S
        if not held.text or (held.spent and held.text == ESC):
            return None
        if held.is_packet and held.first in (0, len(held.text)):
            return None  # its next byte decides, whenever that comes
        if held.text in (ESC, ESC + "O"):
            return self._last + self._escape_delay
        return self._last + (HOLD_TYPED_S if held.spent and len(held.text) == 2 else HOLD_S)

    def feed(self, data: bytes, now: float) -> list[Token]:
        """Read bytes that came at a time."""
        out = self.tick(now)
        text = self._decode(data)
        if self._paste is not None and self._ends_paste(text, now - self._last):
            out += self._end_paste()
            self._last = now
            return out + [token for token in self._scan(text, _Held(), now) if not _is_interrupt(token)]
        held, self._held = self._held, _Held()
        if held.text and (held.spent or now - self._last > self._escape_delay):
            held.first = held.first or len(held.text)
            held.rests += 1
            if held.is_packet and len(text) >= _NOT_TYPED:
                held.first = 0
        self._last = now
        sent = held.text + text
        text = windows.translated(sent)
        return out + self._scan(text, held if text == sent else _Held(), now)

    def tick(self, now: float) -> list[Token]:
        """Decide what a rest decides."""
        due = self.deadline
        if due is None or now < due:
            return []
        if self._paste is not None:
            return self._end_paste()
        held, self._held = self._held, _Held()
        if held.text == ESC:
            # Kept: the rest of a report may still follow. Where Esc arrives as a report, this is no Esc.
            self._held = _Held(ESC, 1, True)
            return [] if self._kitty else [keys.pressed("escape")]
        if held.first:
            return self._scan(held.text[held.first :], _Held(), now)
        return [keys.with_alt(held.text[1])] if len(held.text) == 2 else []

    # -- from left to right

    def _scan(self, text: str, held: _Held, now: float) -> list[Token]:
        """Read a text that begins with what was held; what is not whole yet is held again."""
        out: list[Token] = []
        at = 0
        while at < len(text):
            if self._paste is not None:
                at = self._read_paste(text, at, out)
                continue
            char = text[at]
            if char in INTRODUCERS:
                text = text[:at] + INTRODUCERS[char] + text[at + 1 :]
                char = ESC
            if char == ESC:
                reached = self._read_sequence(text, at, held if at == 0 else _Held(), out)
                if reached is None:
                    break
                at = reached
            elif found := _TEXT.match(text, at):
                out += self._typed(found[0], now)
                at = found.end()
            else:
                if char in keys.CONTROL:
                    out.append(Key(keys.CONTROL[char], char))
                at += 1
        return out

    def _typed(self, text: str, now: float) -> list[Token]:
        """Text as keys; as a paste where it must be one that bears no marks."""
        if not self.brackets and (now < self._burst_until or _text_follows_enter(text)):
            self._burst_until = now + BURST_S
            return [_pasted(text)]
        return [Key(keys.CONTROL[char], char) if char in keys.CONTROL else keys.typed(char) for char in text]

    def _read_sequence(self, text: str, at: int, held: _Held, out: list[Token]) -> int | None:
        """Read the sequence at a place; returns what comes after it, None where it is not whole."""
        if at + 1 == len(text):
            self._hold(text[at:], held)
            return None
        if text[at + 1] in INTRODUCERS:
            return at + 1
        if text[at + 1] == ESC:
            return self._read_two_escapes(text, at, held, out)
        state, end = reach(text, at, not held.first)
        if state is Reach.BEGUN and not (held.spent and text[at + 1] == "O"):
            self._hold(text[at:], held)
            return None
        said: list[Token] | None = None
        if state is Reach.WHOLE:
            said = self._say(text[at:end], held)
        if said is None and held.first:
            return at + held.first  # what came after the pause was typed
        if said is None and state is Reach.BROKEN and end == at + 2:
            said = [keys.with_alt(text[at + 1])]
        for token in said or ():
            self._learn(token, text[at:end])
            if isinstance(token, Paste):
                self._paste, self.brackets = [], True
            else:
                out.append(token)
        return end

    def _hold(self, text: str, held: _Held) -> None:
        if len(text) > _LONGEST_HELD:  # an answer this long says nothing that is needed
            text, held.first = text[:64], 0
        self._held = _Held(text, held.first, held.spent, held.rests)

    def _read_two_escapes(self, text: str, at: int, held: _Held, out: list[Token]) -> int | None:
        """ESC ESC is Esc, but before a key it is what some terminals send for Alt."""
        if held.spent or self._kitty:
            return at + 1
        if at + 2 < len(text) and text[at + 2] in "[O":
            state, end = reach(text, at + 1)
            said = reports.read(text[at + 1 : end]) if state is Reach.WHOLE else None
            if said and isinstance(said[0], Key) and "+" not in said[0].name and said[0].character is None:
                out.append(Key(f"alt+{said[0].name}"))
                return end
        out.append(keys.pressed("escape"))
        return at + 1

    def _say(self, sequence: str, held: _Held) -> list[Token] | None:
        """What a whole sequence says; None where it is none, or was typed after an Esc."""
        second = sequence[1]
        if second in "]P_":
            return reports.of_packet(sequence)
        if second in "[O":
            # After an Esc that was one, a person may type these; in one piece they come from a terminal.
            if held.spent and len(sequence) == 3 and (held.rests > 1 or sequence not in _LATE_KEYS):
                return None
            if sequence == reports.PASTE_START:
                return [Paste("")]
            return [] if sequence == reports.PASTE_END else reports.read(sequence, self.flags)
        if held.spent:
            return None
        if second in keys.AFTER_ESCAPE:
            return [keys.with_alt(second)]
        if second in keys.CONTROL:
            return [keys.pressed("escape"), Key(keys.CONTROL[second], second)]
        # ESC and a backslash end a string of which nothing else came.
        return [] if second == "\\" or not second.isprintable() else [keys.with_alt(second)]

    def _learn(self, token: Token, sequence: str) -> None:
        """Note what a token tells of the terminal."""
        if isinstance(token, Keyboard):
            self.flags, self._kitty = token.flags, bool(token.flags)
        elif isinstance(token, Mode) and token.number == BRACKETED_PASTE:
            self.brackets = token.value in (1, 2, 3)
        elif (
            isinstance(token, Key)
            and sequence.endswith("u")
            and (token.name == "escape" or sequence.count(";") > 1)
        ):
            self._kitty = True

    # -- pastes

    def _read_paste(self, text: str, at: int, out: list[Token]) -> int:
        """Take what is pasted, up to the end of it or of what has come."""
        assert self._paste is not None  # noqa: S101  (that is when this is called)
        end = text.find(reports.PASTE_END, at)
        if end >= 0:
            self._paste.append(text[at:end])
            out += self._end_paste()
            return end + len(reports.PASTE_END)
        rest = text[at:]
        cut = next(
            size for size in range(len(reports.PASTE_END), -1, -1) if rest.endswith(reports.PASTE_END[:size])
        )
        cut = max(cut, windows.begun(rest))
        self._held = _Held(rest[len(rest) - cut :])  # the mark may be cut in two
        self._paste.append(rest[: len(rest) - cut])
        return len(text)

    def _end_paste(self) -> list[Token]:
        """End a paste; one that began inside it, for its own end got lost, is told on its own."""
        parts = "".join(self._paste or ()).split(reports.PASTE_START)
        self._paste, self._held = None, _Held()
        return [_pasted(part) for part in parts if part]

    def _ends_paste(self, text: str, rest: float) -> bool:
        """Whether something came that does not belong to the paste, so that its end must have got lost."""
        return text == "\x03" or (rest > self._escape_delay and bool(_reports_alone().fullmatch(text)))


# Keys of three characters that come in one piece where a line is slow: arrows, Home, End, F1 to F4, the focus.
_LATE_KEYS = frozenset(
    [f"\x1b[{final}" for final in "ABCDFHZIO"] + [f"\x1bO{final}" for final in "ABCDFHPQRS"]
)


# What ends a line or is a tab: tmux with extended keys reports them as keys within a paste.
_REPORTED = re.compile(r"\x1b\[(?:27;[1-8];(?P<a>9|13|105|106|109)~|(?P<b>9|13|105|106|109)(?:;[1-8])?u)")


def _pasted(text: str) -> Paste:
    """A pasted text; what was no UTF-8 is shown as U+FFFD."""
    text = _REPORTED.sub(lambda match: "\t" if (match["a"] or match["b"]) in ("9", "105") else "\n", text)
    whole = text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return Paste(whole)


def _text_follows_enter(text: str) -> bool:
    _, enter, rest = text.replace("\n", "\r").partition("\r")
    return bool(enter and rest.strip("\r\t"))


@cache
def _reports_alone() -> re.Pattern[str]:
    """What arrives on its own, after a rest, in the middle of a paste whose end got lost."""
    return re.compile(r"(?:\x1b\[(?:<[0-9;]+[Mm]|[IO]|[0-9:;]+u))+")


def _is_interrupt(token: Token) -> bool:
    return isinstance(token, Key) and token.name == "ctrl+c"
