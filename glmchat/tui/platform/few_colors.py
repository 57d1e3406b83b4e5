"""Colours for terminals that have 256 or 16 of them: as near as can be, and never less legible than they were meant.

Rich takes the nearest colour of the cube by each part alone, which turns dark greys blue, and with 16 colours nearly
everything white. Here distance is that of Oklab, in which equal distances look about equally large
(https://bottosson.github.io/posts/oklab/); what is nearly grey becomes a grey of the ramp. The 16 colours are the
user's own palette, so that roles differ by bold, underline and reverse as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import atan2, cbrt, dist, hypot, tau

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from glmchat.tui.theming.legibility import SIGN, TEXT, contrast, linear

Lab = tuple[float, float, float]
Variables = Mapping[str, str]

# Below this chroma a colour is taken for grey, and as near as this to a pane's ground it is that ground.
_GREY, _SAME = 0.04, 0.06
_RAMP = (16, 231, *range(232, 256))
_STEPS = (0, 95, 135, 175, 215, 255)
# Colours of the 16 by their hue in Oklab, from 0 to 1: those that xterm's palette shows well on black and on white.
_ON_BLACK = ((0.08, 9), (0.19, 3), (0.30, 3), (0.40, 2), (0.54, 6), (0.73, 14), (0.91, 13))
_ON_WHITE = ((0.08, 1), (0.30, 1), (0.40, 0), (0.54, 4), (0.73, 4), (0.91, 5))
_BLACK, _SILVER, _WHITE = 0, 7, 15
# What tells roles apart where several have one colour.
_ROLES = {
    "text-accent": Style(bold=True),
    "text-warning": Style(underline=True),
    "text-error": Style(bold=True, underline=True),
}
_GROUNDS = ("background", "surface", "panel")


def filters(system: str | None, variables: Callable[[], Variables]) -> list[LineFilter]:
    """What a line goes through for a system of colours as Rich calls it, by the theme in use."""
    return [FewColors(variables, system == "standard")] if system in ("256", "standard") else []


def turning(system: str | None, variables: Variables) -> Callable[[Style], Style]:
    """What turns a theme's styles into those of a system of colours as Rich calls it."""
    if system == "standard":
        return Sixteen(variables)
    return in_256 if system == "256" else lambda style: style


class FewColors(LineFilter):
    """Turns the colours of a line into those that the terminal has; `variables` gives the theme's in use."""

    def __init__(self, variables: Callable[[], Variables], sixteen: bool) -> None:
        super().__init__()
        self._variables = variables
        self._theme: Variables | None = None
        self._turn: Callable[[Style], Style] = lambda style: style
        self._sixteen = sixteen

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Turn the colours of each piece."""
        theme = self._variables()
        if theme is not self._theme:
            self._theme = theme
            self._turn = cache(Sixteen(theme) if self._sixteen else in_256)
        turn = self._turn
        return [
            segment
            if segment.style is None or segment.control
            else Segment(segment.text, turn(segment.style))
            for segment in segments
        ]


def in_256(style: Style) -> Style:
    """The style in colours of the cube and the ramp, its text as legible as it was."""
    ink, ground = _as_seen(style)
    behind = _nearest(ground) if ground else None
    color = None
    if ink is not None:
        color = _nearest(ink)
        if ground is not None and behind is not None:
            ratio = contrast(ink, ground)
            color = _legible(ink, behind, TEXT if ratio >= TEXT else min(ratio, SIGN))
    return style + Style(color=_indexed(color), bgcolor=_indexed(behind), reverse=False)


class Sixteen:
    """Turns styles of a theme into styles in 16 colours: text on black or white, and reversed where it is marked."""

    def __init__(self, variables: Variables) -> None:
        self._grounds = [oklab(Color.parse(variables[name])) for name in _GROUNDS]
        self._ground = Color.parse(variables["background"])
        self._selected = Color.parse(variables["selected"]).rgb
        self._roles = {Color.parse(variables[name]).rgb: look for name, look in _ROLES.items()}
        dark = contrast(self._ground, Color(255, 255, 255)) > contrast(self._ground, Color(0, 0, 0))
        self._hues = _ON_BLACK if dark else _ON_WHITE
        self._paper, self._ink = (_BLACK, _WHITE) if dark else (_WHITE, _BLACK)
        self._quiet = _SILVER if dark else _BLACK

    def __call__(self, style: Style) -> Style:
        """Turn one style."""
        ink, ground = _as_seen(style)
        if ground is None or self._is_ground(ground):
            look = self._roles.get(ink.rgb, Style.null()) if ink else Style.null()
            color = self._of(ink) if ink else self._ink
            return style + look + Style(color=_indexed(color), bgcolor=_indexed(self._paper), reverse=False)
        color = self._of(ground) if contrast(ground, self._ground) >= SIGN else self._ink
        return style + Style(color=_indexed(color), bgcolor=_indexed(self._paper), reverse=True)

    def _is_ground(self, color: Color) -> bool:
        return (
            color.rgb != self._selected
            and min(dist(oklab(color), ground) for ground in self._grounds) < _SAME
        )

    def _of(self, color: Color) -> int:
        """One of the sixteen that stands out from the paper: by its hue, or by how far a grey stands out."""
        _, a, b = oklab(color)
        if hypot(a, b) < _GREY:
            return self._ink if contrast(color, self._ground) >= 2 * TEXT else self._quiet
        hue = atan2(b, a) / tau % 1
        return min(self._hues, key=lambda each: abs((each[0] - hue + 0.5) % 1 - 0.5))[1]


def _as_seen(style: Style) -> tuple[Color | None, Color | None]:
    """The colour of the text and that behind it, after reversing."""
    ink, ground = (
        None if each is None or each.is_default else Color.from_rich_color(each)
        for each in (style.color, style.bgcolor)
    )
    return (ground, ink) if style.reverse else (ink, ground)


def _indexed(number: int | None) -> RichColor | None:
    if number is None:
        return None
    kind = ColorType.STANDARD if number < 16 else ColorType.EIGHT_BIT
    return RichColor(f"color({number})", kind, number=number)


@cache
def oklab(color: Color) -> Lab:
    """Lightness and the two axes of colour in Oklab."""
    red, green, blue = (linear(value / 255) for value in color.rgb)
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def color_of(number: int) -> Color:
    """How a colour of the 256 is shown, of those from 16 on: the cube of six steps, then the ramp of greys."""
    if number >= _RAMP[2]:
        return Color(*[8 + 10 * (number - _RAMP[2])] * 3)
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return Color(_STEPS[red], _STEPS[green], _STEPS[blue])


@cache
def _by_distance(color: Color) -> list[int]:
    """The colours of the cube and the ramp, the nearest first; for a grey those of the ramp alone."""
    here = oklab(color)
    among = _RAMP if hypot(*here[1:]) < _GREY else range(16, 256)
    return sorted(among, key=lambda number: dist(here, oklab(color_of(number))))


def _nearest(color: Color) -> int:
    return _by_distance(color)[0]


def _legible(ink: Color, ground: int, ratio: float) -> int:
    """The nearest colour that stands out from a ground so well."""
    behind = color_of(ground)
    found = _by_distance(ink)
    return next((each for each in found if contrast(color_of(each), behind) >= ratio), found[0])
