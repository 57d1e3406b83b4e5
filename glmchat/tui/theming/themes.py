"""Themes: TOML files become Textual themes; a broken file is told by file and line, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError

from glmchat.core.preferences import Preferences
from glmchat.support import paths, toml
from glmchat.support.text_files import NotText, read_text
from glmchat.tui.theming import legibility, look
from glmchat.tui.theming.palette import COLORS

DEFAULT = Preferences().theme
_CHECKS = {"styles": look.wrong_style, "signs": look.wrong_sign, "borders": look.wrong_border}
_KNOWN = ("title", "dark", "colors", "variables", *_CHECKS)
_REQUIRED = ("background", "foreground", "primary")

# What the stylesheets use beside colours; a theme's [variables] may override any of it, and of what is derived.
VARIABLES: dict[str, str] = {
    "block-cursor-text-style": "none",
    "input-cursor-text-style": "none",
    "footer-key-foreground": "$foreground",
}


class ThemeRefused(ValueError):
    """A theme file that cannot be used; the text is a sentence with the file and, where known, the line."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"The theme was not loaded: {place}: {reason}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme that can be chosen; `title` is what the picker shows."""

    name: str
    title: str
    theme: look.LookTheme


def _table(path: Path, source: str, data: dict[str, Any], section: str) -> dict[str, str]:
    """One section, all of whose values are texts."""
    table = data.get(section, {})
    if not isinstance(table, dict):
        raise ThemeRefused(
            path, toml.line_of(source, (section,)), f"{section} must be a section, [{section}]."
        )
    for key, value in table.items():
        if not isinstance(value, str):
            raise ThemeRefused(
                path, toml.line_of(source, (section, key)), f"{key} must be a text in quotation marks."
            )
    return table


def _check(path: Path, source: str, data: dict[str, Any]) -> None:
    """Refuse what is misspelt, missing, or no colour."""
    for key in data:
        if key not in _KNOWN:
            line = toml.line_of(source, (key,))
            raise ThemeRefused(path, line, f"{key!r} is not known here. Known are: {', '.join(_KNOWN)}.")
    for section, wrong in _CHECKS.items():
        for key, value in _table(path, source, data, section).items():
            if why := wrong(key, value):
                raise ThemeRefused(path, toml.line_of(source, (section, key)), why)
    if not isinstance(data.get("dark", True), bool):
        raise ThemeRefused(path, toml.line_of(source, ("dark",)), "dark must be true or false.")
    if not isinstance(data.get("title", ""), str):
        raise ThemeRefused(path, toml.line_of(source, ("title",)), "title must be a text in quotation marks.")
    colors = _table(path, source, data, "colors")
    for key, value in colors.items():
        if key not in COLORS:
            raise ThemeRefused(
                path,
                toml.line_of(source, ("colors", key)),
                f"{key!r} is not a colour of a theme. They are: {', '.join(COLORS)}.",
            )
        try:
            Color.parse(value)
        except ColorParseError:
            raise ThemeRefused(
                path,
                toml.line_of(source, ("colors", key)),
                f"{value!r} is not a colour. Write one like #7fb4d8.",
            ) from None
    missing = [key for key in _REQUIRED if key not in colors]
    if missing:
        raise ThemeRefused(path, toml.line_of(source, ("colors",)), f"[colors] lacks {', '.join(missing)}.")


def read(path: Path) -> ThemeFile:
    """Read one theme file; raises `ThemeRefused`.

    The file has `title`, `dark` (true or false), a section `[colors]` with the names in `COLORS`, and perhaps
    `[styles]`, `[signs]` and `[borders]` (see `look`), and `[variables]` for single variables of the stylesheets. The
    theme's name is the file's name without its ending.
    """
    try:
        source = read_text(path)
    except NotText as error:
        raise ThemeRefused(path, error.line, f"it {error}.") from None
    except OSError as error:
        raise ThemeRefused(path, None, f"{error.strerror}.") from None
    try:
        data = toml.loads(source)
    except toml.NotToml as error:
        raise ThemeRefused(path, error.line, f"this is not TOML: {error}.") from None
    _check(path, source, data)
    colors: dict[str, Any] = data["colors"]
    dark = data.get("dark", True)
    shown = look.Look(data.get("styles", {}), data.get("signs", {}))
    theme = look.LookTheme(name=path.stem, dark=dark, look=shown, **colors)
    built = theme.to_color_system().generate()
    derived = legibility.variables({name: built[name] for name in COLORS})
    borders = look.border_variables(data.get("borders", {}))
    theme.variables = VARIABLES | borders | derived | _table(path, source, data, "variables")
    _build(path, source, theme)
    return ThemeFile(path.stem, data.get("title", path.stem), theme)


def _build(path: Path, source: str, theme: look.LookTheme) -> None:
    """Make the whole colour system once, since a colour that fails there would end the app later."""
    try:
        built = theme.to_color_system().generate()
    except Exception as error:  # whatever a wrong value leads to inside, it is the file that is wrong
        raise ThemeRefused(
            path, toml.line_of(source, ("variables",)), f"its colours cannot be used: {error}."
        ) from None
    from textual.css.tokenize import tokenize_values
    from textual.css.tokenizer import TokenError

    for key in theme.variables:
        try:
            list(tokenize_values({key: built.get(key, theme.variables[key])})[key])
        except (TokenError, KeyError):
            line = toml.line_of(source, ("variables", key))
            raise ThemeRefused(path, line, f"the value of {key} cannot be used here.") from None


def directories() -> list[Path]:
    """Where themes are: the shipped ones, and the user's, which win where names are the same."""
    return [paths.packaged("themes"), paths.themes_dir()]


def files(folders: Iterable[Path]) -> dict[str, Path]:
    """Every theme file by the theme's name."""
    return {
        path.stem: path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))
    }


def named(name: str) -> ThemeFile:
    """The theme of that name; raises `ThemeRefused` where it is missing or broken."""
    for folder in reversed(directories()):
        path = folder / f"{name}.toml"
        if path.is_file():
            return read(path)
    there = ", ".join(sorted(files(directories())))
    raise ThemeRefused(
        directories()[-1] / f"{name}.toml", None, f"There is no such file. The themes are {there}."
    )


def read_all(folders: Iterable[Path]) -> tuple[list[ThemeFile], list[ThemeRefused]]:
    """Every theme that can be used, by title, and what is wrong with the others."""
    good: list[ThemeFile] = []
    bad: list[ThemeRefused] = []
    for path in files(folders).values():
        try:
            good.append(read(path))
        except ThemeRefused as error:
            bad.append(error)
    return sorted(good, key=lambda each: each.title), bad


def stamps(folders: Iterable[Path]) -> dict[Path, int]:
    """When each theme file was written last, to notice a save."""
    out: dict[Path, int] = {}
    for path in files(folders).values():
        try:
            out[path] = path.stat().st_mtime_ns
        except OSError:
            continue
    return out
