"""``glmchat completion``: a script for a shell, and what that script asks for while a line is being typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from glmchat.commands.completion_scripts import SCRIPTS
from glmchat.commands.errors import Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import put
from glmchat.support.suggestions import nearest

_ABOUT = 70


def run(call: Call) -> int:
    """Print the script of a shell; `offers` prints what may follow a line. Raises UsageError for another shell."""
    name, *rest = call.words or [""]
    if name == "offers":
        return _offer(*rest)
    if name not in SCRIPTS or rest:
        guess = nearest(name, SCRIPTS) if name else ""
        raise UsageError(f"glmchat completion needs a shell after it: {', '.join(SCRIPTS)}.{guess}")
    put(SCRIPTS[name])
    return Exit.OK


def _offer(shell: str = "", *words: str) -> int:
    from glmchat.commands.offers import offers
    from glmchat.support.text import safe_line

    quote: Callable[[str], str]
    if shell == "bash":
        typed = _Typed(words[0] if words else "", os.environ.get("GLMCHAT_WORDBREAKS", ""))
        found = offers(typed.words[1:-1], typed.words[-1])
        quote = typed.quoted
    else:
        *before, last = words or ("",)
        found, quote = offers(before, last.lstrip("'\"")), str
    lines = ["files" if found.files and not found.found else "words"]
    for each in found.found:
        if safe_line(each.value) != each.value:
            continue  # a shell would be handed control characters
        about = " ".join(safe_line(each.about).split())[:_ABOUT]
        lines.append(quote(each.value) + (f"\t{about}" if about and shell != "bash" else ""))
    put("\n".join(lines) + "\n")
    return Exit.OK


_IN_DOUBLE: Mapping[int, str] = {ord(char): f"\\{char}" for char in '\\"$`'}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,")


class _Typed:
    """A line of bash up to the cursor: its words without their quotes, and how the last one is quoted."""

    def __init__(self, line: str, breaks: str) -> None:
        self.words = [""]
        self._quote = ""
        self._breaks = breaks
        escaped, begun = False, False
        for char in line:
            if escaped:
                self.words[-1] += char
                escaped = False
            elif char == "\\" and self._quote != "'":
                escaped = begun = True
            elif char == self._quote:
                self._quote = ""
            elif not self._quote and char in "'\"":
                self._quote, begun = char, True
            elif not self._quote and char in " \t\n":
                if begun:
                    self.words.append("")
                begun = False
            elif not self._quote and char in ";|&":
                self.words, begun = [""], False
            else:
                self.words[-1] += char
                begun = True

    def quoted(self, value: str) -> str:
        """A value as it has to stand in the line; what stands before the last break of bash is there already."""
        last = self.words[-1]
        if not self._quote:
            cut = max((last.rfind(char) for char in self._breaks if char in ":="), default=-1) + 1
            return "".join(
                char if char in _PLAIN or ord(char) > 0x7F else f"\\{char}" for char in value[cut:]
            )
        if self._quote == "'":
            return value.replace("'", "'\\''")
        return value.translate(_IN_DOUBLE)
