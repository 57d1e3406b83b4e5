"""Strings that a malicious or broken server might send, each with a marker by which one sees that it was shown."""

from __future__ import annotations

import random

# What must never reach a terminal: each would change its state, or what the reader sees of the text around it.
PAYLOADS = (
    "\x1b]52;c;cm0gLXJmIH4=\x07",  # puts text on the clipboard
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]8;;http://evil.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]1337;File=inline=1:AAAA\x07",
    "\x1b[2J\x1b[H",
    "\x1b[999;999H",
    "\x1b[38;2;1;2;3;5;8m",
    "\x1b[?1049l",
    "\x1b[?25h",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[>q",
    "\x1bc",
    "\x1b#8",
    "\x1b(0",
    '\x1bP$q"p\x1b\\',
    "\x1bP+q544e\x1b\\",
    "\x1b_Gf=100;AAAA\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bX string\x1b\\",
    "\x1b]unfinished",
    "\x1b[",
    "\x1b",
    "\x9b2J",
    "\x9d52;c;AAAA\x9c",
    "\x90q\x9c",
    "\x84\x85\x88\x8d\x8e\x8f",
    "\x07\x07",
    "\b\b\b\b",
    "\r",
    "\r\n",
    "\v\f",
    "\x0e\x0f",
    "\x05",
    "\x00",
    "\x7f",
    "\u202eevil\u202c",
    "\u2066isolate\u2069",
    "\u200e\u200f\u061c",
    "\U000e0041\U000e0042\U000e007f",
    "\u2028\u2029",
    "\ufeff\ufff9\ufffb",
    "\ud83d",
    "\udc9b",
    "\ud83d\ude00",
)
# What may turn into such a thing on the way: markup, entities, percent signs, escapes of other languages.
CARRIERS = (
    "{}",
    "`{}`",
    "**{}**",
    "*a{}b*",
    "~~{}~~",
    "[{}](http://x.invalid/)",
    "[x](http://x.invalid/{})",
    '[x](<http://x.invalid/{}> "{}")',
    "![{}](http://x.invalid/{}.png)",
    "<http://x.invalid/{}>",
    "<b>{}</b>",
    "<!-- {} -->",
    "# {}",
    "> {}",
    "- {}",
    "1. {}",
    "| {} | b |\n|---|---|\n| c | {} |",
    "```{}\n{}\n```",
    "```python\nx = '{}'\n```",
    "    {}",
    "[red]{}[/red]",
    "[/{}]",
    "[@click=app.quit]{}[/]",
    "[link=http://evil.invalid]{}[/link]",
    "[bold {}]",
    "\\{}",
    "{{}}{}",
    "$markup {}",
    "%s{}",
    "x\u0301{}\ufe0f\u20e3\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f44d\U0001f3fd",
    "[x]: http://x.invalid/{} '{}'\n[x]",
)
# The same characters, spelled so that a parser on the way may spell them out.
_SPELLINGS = (
    lambda text: text,
    lambda text: text,
    lambda text: "".join(f"&#{ord(char)};" for char in text),
    lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    lambda text: "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace")),
    lambda text: text.encode("unicode_escape").decode("ascii"),
    lambda text: text.replace("\x1b", "&Tab;&NewLine;&#27;").replace("\x9b", "&#155;"),
)
_RANDOM = (
    *range(0x20), *range(0x7F, 0xA1), 0xAD, 0x300, 0x600, 0x61C, 0x70F, 0x1160, 0x115F, 0x17B4, 0x180E,
    *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0x3164, 0xD800, 0xDFFF, 0xFE0F, 0xFEFF,
    *range(0xFFF9, 0xFFFE), 0x1F1E6, 0x1F3FF, 0xE0001, 0xE0020, 0xE007F, 0xE0100, 0x10FFFF,
)  # fmt: skip


class Hostile:
    """Makes strings from a seed, and knows the marker of each."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.markers: set[str] = set()

    def payload(self) -> str:
        """Something that must not reach the terminal, plain or spelled."""
        rng = self._rng
        if rng.random() < 0.75:
            text = rng.choice(PAYLOADS)
        else:
            text = "".join(chr(rng.choice(_RANDOM)) for _ in range(rng.randint(1, 6)))
        return rng.choice(_SPELLINGS)(text)

    def marker(self) -> str:
        """A short word that stands nowhere else."""
        word = f"q{len(self.markers):04x}z"
        self.markers.add(word)
        return word

    def line(self) -> str:
        """One paragraph of Markdown that holds payloads, its marker first and on a line of its own."""
        carrier = self._rng.choice(CARRIERS)
        parts = carrier.split("{}")
        text = parts[0] + "".join(self.payload() + part for part in parts[1:])
        return f"{self.marker()} {self.payload()}\n\n{text}\n\n"

    def word(self) -> str:
        """A payload behind its marker, for names, ids and titles."""
        return f"{self.marker()}{self.payload()}[red]{self.payload()}[/x]"
