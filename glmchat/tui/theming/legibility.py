"""Colours that can be read: the contrast of two, and what a theme's ten colours are carried on with.

The ratio is the contrast ratio of the Web Content Accessibility Guidelines 2.2, and so are the two least ratios:
success criteria 1.4.3 for text and 1.4.11 for signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.color import Color

TEXT, SIGN = 4.5, 3.0
# Darker or lighter by so much than asked for, since a terminal rounds, and 256 colours round more.
_SPARE = 0.1
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
_STEPS = 50
# How far the ground of a selected row goes towards the main colour, and how far quiet text towards the background.
_SELECTED, _QUIET = 0.25, 0.45
_COLOURED = ("primary", "secondary", "accent", "success", "warning", "error")


def luminance(color: Color) -> float:
    """Relative luminance, from 0 for black to 1 for white."""
    red, green, blue = (linear(value / 255) for value in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(share: float) -> float:
    """A part of a colour, from 0 to 1, as light instead of as a screen takes it (sRGB, IEC 61966-2-1)."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two opaque colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def least(color: Color, grounds: Iterable[Color]) -> float:
    """The contrast of a colour with the ground that it stands out least from."""
    return min(contrast(color, ground) for ground in grounds)


def legible(
    color: Color, grounds: Iterable[Color], ratio: float = TEXT, towards: Color | None = None
) -> Color:
    """The colour, moved just so far that it stands out from every ground: towards a colour, then black or white."""
    grounds = list(grounds)
    end = max((_BLACK, _WHITE), key=lambda each: least(each, grounds))
    best = color
    for goal in filter(None, (towards, end)):
        for step in range(_STEPS + 1):
            best = color.blend(goal, step / _STEPS)
            if least(best, grounds) >= ratio + _SPARE:
                return best
    return best


def faded(ink: Color, ground: Color, share: float, grounds: Iterable[Color], ratio: float) -> Color:
    """Ink blended into the ground by at most a share, and no further than it stands out from every ground."""
    return legible(ink.blend(ground, share), grounds, ratio, ink)


def variables(colors: Mapping[str, str]) -> dict[str, str]:
    """What stylesheets and styles use beside a theme's own colours, so that all of it can be read on every ground.

    `text-…` are for words, also on a selected row; `sign` is for lines and tracks, `selected` is the ground of the
    row under the cursor, `marked` that of selected text.
    """
    named = {name: Color.parse(value) for name, value in colors.items()}
    ink, ground = named["foreground"], named["background"]
    plain = [ground, named["surface"], named["panel"]]
    selected = _ground(named["primary"], ground, ink)
    grounds = [*plain, selected]
    quiet = faded(ink, ground, _QUIET, grounds, TEXT).hex
    sign = faded(ink, ground, 0.7, grounds, SIGN).hex
    thumb = faded(ink, ground, 0.7, plain, SIGN).hex
    words = {f"text-{name}": legible(named[name], grounds, TEXT, ink).hex for name in _COLOURED}
    lines = {f"sign-{name}": legible(named[name], grounds, SIGN, ink).hex for name in _COLOURED}
    return {
        **words,
        **lines,
        "text": ink.hex,
        "text-muted": quiet,
        "text-disabled": quiet,
        "sign": sign,
        "thumb": thumb,
        "scrollbar": thumb,
        "selected": selected.hex,
        **_of_textual(ink, ground, selected, words["text-primary"], quiet),
    }


def _ground(color: Color, ground: Color, ink: Color) -> Color:
    """The ground tinted with a colour, as far as ink stands out from it well."""
    for step in range(_STEPS, 0, -1):
        tinted = ground.blend(color, _SELECTED * step / _STEPS)
        if contrast(ink, tinted) >= TEXT + 1.5:
            return tinted
    return ground


def _of_textual(ink: Color, ground: Color, selected: Color, main: str, quiet: str) -> dict[str, str]:
    """The variables that Textual's own widgets look up."""
    return {
        "scrollbar-hover": quiet,
        "scrollbar-active": main,
        "scrollbar-background": ground.hex,
        "scrollbar-background-hover": ground.hex,
        "scrollbar-background-active": ground.hex,
        "scrollbar-corner-color": ground.hex,
        "input-cursor-background": ink.hex,
        "input-cursor-foreground": ground.hex,
        "input-selection-background": selected.hex,
        "input-selection-foreground": ink.hex,
        "screen-selection-background": selected.hex,
        "screen-selection-foreground": ink.hex,
        "block-cursor-background": selected.hex,
        "block-cursor-foreground": ink.hex,
        "block-cursor-blurred-background": selected.hex,
        "block-cursor-blurred-foreground": ink.hex,
        "foreground-muted": quiet,
        "foreground-disabled": quiet,
        "link-color": main,
        "link-background-hover": selected.hex,
        "link-color-hover": ink.hex,
        "border": main,
        "border-blurred": quiet,
    }
