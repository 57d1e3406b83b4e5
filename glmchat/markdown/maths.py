r"""Simple formulas in TeX as lines of Unicode, in the linear format for mathematics (Unicode Technical Note 28).

What is not wholly understood is no simple formula, and stays as it was written: a drawing that is nearly right would be
a wrong formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from glmchat.markdown import maths_signs as signs

# A longer formula is not simple.
_LONGEST = 600
_DEEPEST = 12

_PIECE = re.compile(r"\\(?:[A-Za-z]+|.)|[A-Za-z]+|\d+(?:[.,]\d+)*|[^\W\d_]+|\s+|.", re.DOTALL)
# Signs that a script can stand at.
_ENDING = frozenset(")]}⟩⌋⌉|‖!")
_PRIMES = ("", "′", "″", "‴")
# What makes one thing of the letter after it.
_DIFFERENTIALS = ("d", "∂")
_SPOKEN = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,}")


class _NotSimple(Exception):
    """Something in a formula is not understood."""


class _Part(NamedTuple):
    """A part of a formula: a ``letter`` or what stands like one, a ``sign``, a ``space``, a ``name``, a ``fraction``.

    A `whole` is one thing that a fraction or root can be made of without brackets. What is `open` may not be followed
    by a letter at once.
    """

    text: str
    kind: str = "letter"
    whole: bool = True
    open: bool = False


@lru_cache(512)
def as_unicode(formula: str) -> str | None:
    r"""A formula, without the marks around it, as a line of Unicode; None where it is not simple enough for that."""
    if (
        len(formula) > _LONGEST
        or "\n" in formula.strip()
        or _SPOKEN.search(re.sub(r"\\[A-Za-z]+\s*(\{[^{}]*\})?", "", formula))
    ):
        return None
    try:
        shown = _Reader(formula).all()
    except _NotSimple:
        return None
    return unicodedata.normalize("NFC", shown).strip() or None


class _Reader:
    """Reads a formula from its beginning to its end."""

    def __init__(self, formula: str) -> None:
        self._pieces = _PIECE.findall(formula)
        self._at = 0
        self._depth = 0

    def all(self) -> str:
        """The whole formula."""
        return _joined(self._parts(""))

    def _peek(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _next(self) -> str:
        piece = self._peek()
        if not piece:
            raise _NotSimple
        self._at += 1
        return piece

    def _parts(self, end: str) -> list[_Part]:
        """Parts up to a closing mark, or to the end of all."""
        out: list[_Part] = []
        while piece := self._peek():
            if piece == end:
                self._at += 1
                return out
            if piece in ("^", "_") or piece[0] == "'":
                out.append(self._scripts(out.pop() if _takes_scripts(out) else _Part("")))
            else:
                out += self._part(self._next())
        if end:
            raise _NotSimple
        return out

    def _part(self, piece: str) -> list[_Part]:
        if piece == "{":
            parts = self._group()
            return [_Part(_joined(parts), whole=_is_whole(parts))] if len(parts) != 1 else parts
        if piece[0] == "\\":
            return self._command(piece[1:])
        if piece.isspace() or piece == "~":
            return [_Part(" ", "space")]
        if piece.isascii() and piece.isalpha():
            return [_Part(char) for char in piece]
        if piece[0].isdigit() or piece.isalpha():
            return [_Part(piece)]
        if piece in "}&%#$" or unicodedata.category(piece)[0] not in "PSN":
            raise _NotSimple
        return [_Part("−" if piece == "-" else piece, "sign")]

    def _group(self) -> list[_Part]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotSimple
        parts = self._parts("}")
        self._depth -= 1
        return parts

    def _argument(self, first_alone: bool = False) -> list[_Part]:
        """What a command or a script takes: a group, or one sign; `first_alone` the first of several digits or letters.

        A script takes no more than one either, but who wrote several mostly meant them all.
        """
        while self._peek().isspace():
            self._at += 1
        piece = self._next()
        if piece == "{":
            return self._group()
        if len(piece) > 1 and piece[0] != "\\" and first_alone:
            self._at -= 1
            self._pieces[self._at : self._at + 1] = [piece[0], piece[1:]]
            piece = self._next()
        if piece in "^_}" or (len(piece) > 1 and piece[0] != "\\"):
            raise _NotSimple
        return self._part(piece)

    def _command(self, name: str) -> list[_Part]:
        if name in signs.LETTERS:
            self._join_letter()
            return [_Part(signs.LETTERS[name])]
        if name in signs.BETWEEN:
            return [_Part(f" {signs.BETWEEN[name]} ", "between")]
        if name in signs.MARKS:
            return [_Part(signs.MARKS[name], "sign")]
        if name in signs.SPACES:
            return [_Part(signs.SPACES[name], "space")]
        if name in signs.LARGE:
            return [_Part(signs.LARGE[name], "large")]
        if name in signs.NAMES:
            return [_Part(name, "name")]
        if name in signs.SIZES:
            return self._sized(name)
        return [self._with_argument(name)]

    def _join_letter(self) -> None:
        """Step over the blank that ends a command where a letter comes, which stands beside its sign."""
        following = (
            self._pieces[self._at + 1] if self._peek().isspace() and self._at + 1 < len(self._pieces) else ""
        )
        if following[:1].isalnum() or following[1:] in signs.LETTERS:
            self._at += 1

    def _sized(self, name: str) -> list[_Part]:
        if name in ("left", "right", "middle") and self._peek() == ".":
            self._at += 1
        return []

    def _with_argument(self, name: str) -> _Part:
        if name in signs.WORDS:
            words = self._words()
            return _Part(words, "name" if name == "operatorname" else "letter", whole=" " not in words)
        if name in ("frac", "dfrac", "tfrac"):
            return _fraction(self._argument(True), self._argument(True))
        if name == "sqrt":
            return self._root()
        if name in signs.ACCENTS:
            return self._accented(signs.ACCENTS[name])
        if name in signs.ALPHABETS:
            return self._other_letters(signs.ALPHABETS[name])
        if name == "not":
            return _Part(f" {_joined(self._argument()).strip()}\u0338 ", "between")
        if name == "pmod":
            return _Part(f" (mod {_joined(self._argument())})", "sign")
        raise _NotSimple

    def _words(self) -> str:
        if self._next() != "{":
            raise _NotSimple
        words = ""
        while (piece := self._next()) != "}":
            if piece[0] in "\\{$^_":
                raise _NotSimple
            words += re.sub(r"\s+|~", " ", piece)
        return words

    def _root(self) -> _Part:
        index = ""
        if self._peek() == "[":
            self._at += 1
            index = _joined(self._parts("]"))
        of = self._argument(True)
        sign = signs.ROOTS.get(index) or _script("^", index) + "√"
        inside = _joined(of)
        if _is_whole(of):
            return _Part(sign + inside, open=True)
        return _Part(f"{sign}({inside})")

    def _accented(self, mark: str) -> _Part:
        text = _joined(self._argument())
        if len(text) != 1 or not text.isalpha():
            raise _NotSimple
        return _Part(text + mark)

    def _other_letters(self, alphabet: str) -> _Part:
        letters = [signs.letter(alphabet, char) for char in _joined(self._argument())]
        if not letters or None in letters:
            raise _NotSimple
        return _Part("".join(filter(None, letters)), whole=len(letters) == 1)

    def _scripts(self, base: _Part) -> _Part:
        """A base with what stands above and below it."""
        found = {"^": "", "_": ""}
        primes = 0
        while (piece := self._peek()) and piece in "^_'":
            self._at += 1
            if piece == "'":
                primes += 1
                continue
            inside = re.sub(r"\s", "", _joined(self._argument()))
            if found[piece] or not inside:
                raise _NotSimple
            found[piece] = inside
        if primes >= len(_PRIMES):
            raise _NotSimple
        scripts = [_script(place, found[place]) for place in "_^" if found[place]]
        simple = not base.text or base.whole or base.kind == "name"
        text = base.text if simple else f"({base.text})"
        kind = base.kind if base.kind in ("name", "large", "sign") else "letter"
        # A sign behind a mark of its own ends where the next thing that is no letter begins.
        is_open = bool(scripts) and scripts[-1][0] in "^_" and not scripts[-1].endswith(")")
        return _Part(text + _PRIMES[primes] + "".join(scripts), kind, open=is_open)


def _takes_scripts(parts: Sequence[_Part]) -> bool:
    """Whether a script stands at the last part."""
    return bool(parts) and (parts[-1].kind not in ("space", "sign", "between") or parts[-1].text in _ENDING)


def _script(place: str, text: str) -> str:
    """A text above or below the line: in signs made for that, else in the linear format."""
    forms = signs.SCRIPTS[place]
    if all(char in forms for char in text):
        return "".join(forms[char] for char in text)
    return place + text if len(text) == 1 else f"{place}({text})"


def _fraction(over: Sequence[_Part], under: Sequence[_Part]) -> _Part:
    above, below = _joined(over).strip(), _joined(under).strip()
    if not above or not below:
        raise _NotSimple
    if (above, below) in signs.FRACTIONS:
        return _Part(signs.FRACTIONS[above, below], whole=False)
    return _Part(f"{_bracketed(over)}/{_bracketed(under)}", "fraction", whole=False)


def _bracketed(parts: Sequence[_Part]) -> str:
    if _is_whole(parts):
        return "".join(part.text for part in parts if part.kind != "space")
    return f"({_joined(parts).strip()})"


def _is_whole(parts: Sequence[_Part]) -> bool:
    """Whether parts are one thing, so that no brackets are needed around them."""
    seen = [part for part in parts if part.kind != "space"]
    if len(seen) == 2 and seen[0].text[0] in _DIFFERENTIALS:
        seen = seen[1:]
    return len(seen) == 1 and seen[0].whole and seen[0].kind in ("letter", "name")


def _joined(parts: Sequence[_Part]) -> str:
    """Parts in a line, with the spaces and brackets without which they would be read otherwise."""
    out: list[str] = []
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        text = part.text
        if part.kind == "fraction" and (_touches(before) or _touches(after)):
            text = f"({text})"
        elif before is not None and _needs_space(before, part):
            text = " " + text
        out.append(text)
    return re.sub(" {2,4}", _narrow, "".join(out))


def _narrow(blanks: re.Match[str]) -> str:
    return blanks[0] if len(blanks[0]) > 3 else " "


def _touches(part: _Part | None) -> bool:
    """Whether a part beside a fraction would be read as a part of it."""
    return part is not None and part.kind in ("letter", "name", "fraction", "large")


def _needs_space(before: _Part, part: _Part) -> bool:
    if before.kind in ("space", "between", "sign"):
        return False
    if part.kind == "name":
        return True
    thing = part.kind in ("letter", "fraction", "large")
    return thing and (before.kind in ("name", "large") or before.open)
