"""What a theme says beside its colours: how parts of the conversation are written, its signs, its borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from textual.app import App
from textual.theme import Theme

from glmchat.tui.theming.palette import STYLES, Palette, refusal

# The signs that a theme may draw otherwise, by the style in which they are drawn; of a table those along the rule under
# its head, between its columns, and where the two cross.
SIGNS: Mapping[str, str] = {
    "gutter.user": "▌", "gutter.assistant": "▌", "gutter.system": "▌", "gutter.tool": "▌", "quote.bar": "▎",
    "rule": "─", "table.rule": "─│┼",
}  # fmt: skip
# Where a border may stand, and what holds there without one. A border takes the place of the padding.
BORDERS: Mapping[str, str] = {"dialog": "none", "side": "none"}
_PADDINGS = {"dialog": ("1 2", "0 1"), "side": ("0 1", "0 1 0 0")}
_KINDS = ("none", "round", "solid", "heavy", "double", "dashed", "thick")


@dataclass(frozen=True, slots=True)
class Look:
    """Styles over those of the palette, and signs in place of those in `SIGNS`, by the same names."""

    styles: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class LookTheme(Theme):
    """A theme of Textual's with the look that our own drawing has in it."""

    look: Look = field(default_factory=Look)

    def known(self) -> dict[str, str]:
        """All variables that stylesheets and styles have in it."""
        return {**self.to_color_system().generate(), **self.variables}


def palette(app: App[Any], looks: Mapping[str, str] | None = None) -> Palette:
    """The styles and signs of the theme that an app shows; `looks` are styles of a view of its own."""
    theme = app.current_theme
    if isinstance(
        theme, LookTheme
    ):  # whose variables the app itself takes only when it styles its widgets anew
        return of_theme(theme, looks)
    return Palette(app.theme_variables, looks)


def of_theme(theme: LookTheme, looks: Mapping[str, str] | None = None) -> Palette:
    """The same for a theme that need not be shown."""
    look = theme.look
    signs = {name: str.maketrans(SIGNS[name], sign) for name, sign in look.signs.items()}
    return Palette(theme.known(), {**look.styles, **(looks or {})}, signs)


def border_variables(borders: Mapping[str, str]) -> dict[str, str]:
    """What the stylesheets use for the borders."""
    chosen = {**BORDERS, **borders}
    return {
        **{f"{place}-border": kind for place, kind in chosen.items()},
        **{f"{place}-padding": _PADDINGS[place][kind != "none"] for place, kind in chosen.items()},
    }


def wrong_style(name: str, words: str) -> str:
    """Why an entry of ``[styles]`` cannot be used; empty where it can."""
    if name not in STYLES or not name:
        return f"{name!r} is no part of the conversation. They are: {', '.join(filter(None, STYLES))}."
    return refusal(words)


def wrong_sign(name: str, sign: str) -> str:
    """Why an entry of ``[signs]`` cannot be used; empty where it can."""
    if name not in SIGNS:
        return f"{name!r} is not a sign of a theme. They are: {', '.join(SIGNS)}."
    count = len(SIGNS[name])
    if len(sign) == count and sign.isprintable() and all(cell_len(each) == 1 for each in sign):
        return ""
    wanted = "three signs" if count == 3 else "one sign"
    return f"{sign!r} cannot be drawn there: write {wanted} of one cell, as in {SIGNS[name]!r}."


def wrong_border(place: str, kind: str) -> str:
    """Why an entry of ``[borders]`` cannot be used; empty where it can."""
    if place not in BORDERS:
        return f"{place!r} has no border. Known are: {', '.join(BORDERS)}."
    return "" if kind in _KINDS else f"{kind!r} is no border. They are: {', '.join(_KINDS)}."
