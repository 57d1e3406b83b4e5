"""The styles of the transcript by name, made from a theme's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from glmchat.markdown.spans import Span, width_of

# Each style: colours by name, "a/b 30" meaning a blended with 30 per cent of b, "on" before the background.
STYLES: dict[str, str] = {
    "": "foreground on background",
    "strong": "bold",
    "emphasis": "italic",
    "strike": "strike",
    "code": "accent on panel",
    "link": "primary underline",
    "target": "quiet",
    "html": "quiet",
    "heading": "bold primary",
    "heading.1": "underline",
    "heading.2": "",
    "heading.3": "foreground",
    "heading.4": "foreground",
    "heading.5": "foreground",
    "heading.6": "foreground",
    "quote": "foreground/background 15",
    "quote.bar": "sign",
    "list.marker": "secondary",
    "rule": "sign",
    "table.header": "bold",
    "table.rule": "sign",
    "code.block": "on surface",
    "code.header": "secondary on panel",
    "code.wrap": "sign on surface",
    "code.action": "quiet on panel",
    "code.keyword": "primary",
    "code.type": "warning",
    "code.constant": "accent",
    "code.string": "success",
    "code.escape": "accent",
    "code.number": "accent",
    "code.comment": "italic quiet",
    "code.function": "secondary bold",
    "code.builtin": "secondary",
    "code.name": "foreground",
    "code.operator": "foreground/background 15",
    "code.deleted": "error",
    "code.inserted": "success",
    "gutter.user": "primary",
    "gutter.assistant": "accent",
    "gutter.system": "secondary",
    "gutter.tool": "success",
    "name.user": "bold primary",
    "name.assistant": "bold accent",
    "name.system": "bold secondary",
    "name.tool": "bold success",
    "quiet": "quiet",
    "thought": "italic quiet",
    "button": "secondary underline",
    "note.error": "error",
    "note.warning": "warning",
    "note.info": "quiet",
    "note.attached": "quiet",
    "call": "secondary",
    "current": "on panel",
    "target.current": "reverse",
    "selection": "on selected",
    "match": "background on warning",
    "match.current": "background on accent bold",
}

# What differs in a text that stands in a dialog or a pane, on its ground.
RAISED: dict[str, str] = {
    "": "foreground on surface",
    "code.block": "on background",
    "code.wrap": "sign on background",
}

# The colours of a theme file.
COLORS = (
    "background", "surface", "panel", "foreground", "primary", "secondary", "accent", "success", "warning", "error",
)  # fmt: skip
# The names of colours in styles that are not variables of the same name.
_CALLED = {"quiet": "text-muted"} | {name: f"text-{name}" for name in COLORS[4:]}
_NAMES = (*COLORS, "quiet", "sign", "selected")
# The variables that a palette needs.
VARIABLES = tuple(_CALLED.get(name, name) for name in _NAMES)

_ATTRIBUTES = ("bold", "italic", "underline", "strike", "reverse")


def refusal(words: str) -> str:
    """Why a style cannot be written so; empty where it can."""
    for word in words.split():
        known = word in ("on", *_ATTRIBUTES) or word.isdigit() or set(word.split("/", 1)) <= set(_NAMES)
        if not known:
            return f"{word!r} is neither a colour nor a way to write. They are: {', '.join((*_NAMES, *_ATTRIBUTES))}."
    return ""


class Palette:
    """Turns names of styles into Rich styles, for one theme.

    `variables` are the theme's, as stylesheets have them; `styles` may override any entry of `STYLES`. `signs` turns
    the signs that are drawn in a style into those of the theme.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        styles: Mapping[str, str] | None = None,
        signs: Mapping[str, Mapping[int, int]] | None = None,
    ) -> None:
        self._signs = signs or {}
        self._colors = {
            name: Color.parse(variables[key]) for name, key in zip(_NAMES, VARIABLES, strict=True)
        }
        self._styles = {name: self._parse(text) for name, text in {**STYLES, **(styles or {})}.items()}
        self._cache: dict[str, Style] = {"": self._styles[""]}

    def __call__(self, names: str) -> Style:
        """Return the style for names separated by spaces, later ones over earlier ones."""
        style = self._cache.get(names)
        if style is None:
            style = self._styles[""]
            for name in names.split():
                style += self._pixels(name) if name[0] == "#" else self._styles.get(name, Style.null())
            if "#" not in names:  # a picture has more of them than are worth keeping
                self._cache[names] = style
        return style

    def drawn(self, text: str, names: str) -> str:
        """A text with the theme's own signs, for the style in which it is drawn."""
        signs = self._signs.get(names.partition(" ")[0]) if names else None
        return text.translate(signs) if signs is not None else text

    def strip(self, line: Sequence[Span], width: int) -> Strip:
        """A line in its styles, as many cells wide as is asked for."""
        segments = [Segment(span.text, self(span.style)) for span in line]
        fill = max(width - width_of(line), 0)
        return Strip([*segments, Segment(" " * fill, self(""))]).crop(0, width)

    def _pixels(self, name: str) -> Style:
        """The style of a picture's cells, ``#RRGGBB/RRGGBB`` for their upper and their lower half."""
        upper, _, lower = name[1:].partition("/")
        return Style(color=Color.parse(f"#{upper}").rich_color, bgcolor=Color.parse(f"#{lower}").rich_color)

    def _parse(self, text: str) -> Style:
        words = text.split()
        attributes: dict[str, bool] = {}
        colors: dict[str, RichColor] = {}
        where = "color"
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            if word == "on":
                where = "bgcolor"
            elif word in _ATTRIBUTES:
                attributes[word] = True
            else:
                share = index < len(words) and words[index].isdigit()
                colors[where] = self._blend(word, int(words[index]) if share else 0)
                index += share
        return Style(color=colors.get("color"), bgcolor=colors.get("bgcolor"), **attributes)  # type: ignore[arg-type]

    def _blend(self, word: str, percent: int) -> RichColor:
        first, _, second = word.partition("/")
        color = self._colors[first]
        return (color.blend(self._colors[second], percent / 100) if second else color).rich_color
