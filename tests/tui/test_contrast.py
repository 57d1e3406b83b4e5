"""All that is shown can be read: on every screen, in every theme, and where the terminal has few colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, product
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen
from textual.widget import Widget

from glmchat.tui.platform.few_colors import Sixteen, color_of, in_256
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.theming import themes
from glmchat.tui.theming.legibility import SIGN, TEXT, contrast
from glmchat.tui.theming.palette import RAISED, STYLES, Palette
from tests.scripted import Script
from tests.tui.scenes import SCENES, prepared
from tests.tui.stage import staged

SHIPPED = list(themes.files(themes.directories()[:1]))
# The palette of xterm, in which the sixteen colours are looked at here.
XTERM = (
    "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
    "#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
)  # fmt: skip
Turn = Callable[[Style], Style]


def pieces(screen: Screen[object]) -> Iterator[Segment]:
    """What is drawn; of a dialog only its box, since what lies behind it is dimmed on purpose."""
    boxes = [screen.region]
    if isinstance(screen, Dialog):
        boxes = [screen.query_one("#box").region]
    for y, strip in enumerate(screen._compositor.render_strips()):
        for box in boxes:
            if box.y <= y < box.bottom:
                yield from strip.crop(box.x, box.right)


def shown(color: RichColor) -> Color:
    """How a colour of Rich looks."""
    number = color.number
    if number is not None:
        return Color.parse(XTERM[number]) if number < 16 else color_of(number)
    return Color.from_rich_color(color)


def written(screen: Screen[object]) -> dict[tuple[Style, float], str]:
    """What is to be read, one text of each style: text at 4.5 to 1 at least, signs at 3 to 1."""
    return {
        (segment.style, TEXT if any(map(str.isalnum, segment.text)) else SIGN): segment.text.strip()[:30]
        for segment in pieces(screen)
        if segment.style is not None and segment.text.strip()
    }


def faults(texts: dict[tuple[Style, float], str], turn: Turn) -> list[str]:
    """What cannot be read."""
    found = []
    for (before, least), text in texts.items():
        style = turn(before)
        assert style.color is not None and style.bgcolor is not None, text
        ratio = contrast(shown(style.color), shown(style.bgcolor))
        if ratio < least:
            found.append(f"{text!r}: {ratio:.2f}, {before} as {style}")
    return found


def bars(screen: Screen[object]) -> list[str]:
    """Scrollbars whose handle can hardly be told from its track."""
    out = []
    for widget in screen.query(Widget):
        if not widget.display or not (widget.show_vertical_scrollbar or widget.show_horizontal_scrollbar):
            continue
        styles, ground = widget.styles, widget.background_colors[1]
        for state in ("", "_hover", "_active"):
            handle = getattr(styles, f"scrollbar_color{state}")
            track = ground + getattr(styles, f"scrollbar_background{state}")
            if contrast(track + handle, track) < SIGN:
                out.append(f"{widget!r}{state}: {handle.hex} on {track.hex}")
    return out


@pytest.mark.parametrize(("scene", "number"), zip(SCENES, count()))
async def test_everything_on_a_screen_can_be_read(tmp_path: Path, scene: str, number: int) -> None:
    # Each scene in a third of the themes, another third than that of the scene before.
    await readable(tmp_path, scene, SHIPPED[number % 3 :: 3])


@pytest.mark.full
@pytest.mark.parametrize("scene", SCENES)
async def test_everything_on_a_screen_can_be_read_in_every_theme(tmp_path: Path, scene: str) -> None:
    await readable(tmp_path, scene, SHIPPED)


async def readable(folder: Path, scene: str, shipped: Sequence[str]) -> None:
    async with staged(folder, script=Script()) as stage:
        await prepared(stage)
        await SCENES[scene](stage)
        await stage.until(lambda: stage.app.inputs.at_rest)
        await stage.pilot.pause()
        for name in shipped:
            stage.app.themes.show(themes.named(name))
            await stage.pilot.pause()
            texts = written(stage.app.screen)
            assert texts
            assert not faults(texts, lambda style: style), name
            assert not faults(texts, in_256), f"{name} in 256 colours"
            assert not faults(texts, Sixteen(stage.app.theme_variables)), f"{name} in 16 colours"
            assert not bars(stage.app.screen), name


# What a message's text stands on, in the order in which it is laid over the text.
OVER = (
    "",
    "current",
    "selection",
    "current selection",
    "match",
    "current match",
    "current selection match.current",
)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("over", OVER)
def test_every_style_of_a_text_can_be_read_on_whatever_lies_behind_it(name: str, over: str) -> None:
    theme = themes.named(name).theme
    variables = {**theme.to_color_system().generate(), **theme.variables}
    palettes = [Palette(variables, {**theme.look.styles, **looks}) for looks in ({}, RAISED)]
    depths: dict[str, Turn] = {"all": lambda style: style, "256": in_256, "16": Sixteen(variables)}
    laid_over = {each for names in OVER for each in names.split()}
    for style in STYLES.keys() - laid_over:
        colors = STYLES[style]
        ratio = SIGN if "sign" in colors or style.startswith("gutter.") else TEXT
        for palette, (depth, turn) in product(palettes, depths.items()):
            drawn = turn(palette(f"{style} {over}".strip()))
            assert drawn.color is not None and drawn.bgcolor is not None
            seen = contrast(shown(drawn.color), shown(drawn.bgcolor))
            assert seen >= ratio, f"{style} {over} in {depth} colours: {seen:.2f}"


@pytest.mark.parametrize("scene", ["conversation", "compare", "lens", "help", "request"])
async def test_a_screen_keeps_nothing_of_the_theme_before(tmp_path: Path, scene: str) -> None:
    async with staged(tmp_path, script=Script()) as stage:
        await prepared(stage)
        await SCENES[scene](stage)
        await stage.until(lambda: stage.app.inputs.at_rest)
        await stage.pilot.pause()
        before = {
            Color.parse(stage.app.theme_variables[name]).rgb for name in ("background", "surface", "panel")
        }
        stage.app.themes.show(themes.named("paper"))

        def kept() -> list[str]:
            return [
                segment.text
                for segment in pieces(stage.app.screen)
                if segment.style and segment.style.bgcolor and shown(segment.style.bgcolor).rgb in before
            ]

        await stage.until(lambda: not kept())


@pytest.mark.parametrize("name", SHIPPED)
def test_greys_stay_grey_in_256_colours(name: str) -> None:
    variables = themes.named(name).theme.to_color_system().generate()
    for ground in ("background", "surface", "panel"):
        color = Color.parse(variables[ground])
        style = in_256(Style(color="#888888", bgcolor=color.rich_color))
        assert style.bgcolor is not None
        red, green, blue = shown(style.bgcolor).rgb
        assert max(red, green, blue) - min(red, green, blue) <= max(color.rgb) - min(color.rgb) + 16, ground


@pytest.mark.parametrize("name", SHIPPED)
def test_roles_differ_by_more_than_colour_in_16(name: str) -> None:
    theme = themes.named(name).theme
    variables = {**theme.to_color_system().generate(), **theme.variables}
    turn, ground = Sixteen(variables), variables["background"]
    looks = [
        (style.bold, style.underline, style.reverse)
        for style in (
            turn(Style(color=variables[ink], bgcolor=variables[behind]))
            for ink, behind in (
                ("foreground", "background"),
                ("text-accent", "background"),
                ("text-warning", "background"),
                ("text-error", "background"),
                ("foreground", "selected"),
            )
        )
    ]
    assert len(set(looks)) == len(looks), (ground, looks)
