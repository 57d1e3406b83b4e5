"""Themes: the shipped ones are good, and a bad file is told and does no harm."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.style import Style
from textual.color import Color

from glmchat.tui.platform import few_colors
from glmchat.tui.theming import gallery, look, themes
from tests.tui.gallery import PICTURE, picture

SHIPPED = themes.files(themes.directories()[:1])


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2 defines it."""
    low, high = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (high + 0.05) / (low + 0.05)


def test_at_least_six_are_shipped_of_all_kinds() -> None:
    good, bad = themes.read_all(themes.directories()[:1])
    assert not bad
    assert len(good) >= 6
    assert sum(not each.theme.dark for each in good) >= 2
    assert {"contrast", "safe", themes.DEFAULT} <= {each.name for each in good}
    assert len({each.title for each in good}) == len(good)


@pytest.mark.parametrize("name", SHIPPED)
def test_text_stands_out_from_every_surface(name: str) -> None:
    theme = themes.read(SHIPPED[name]).theme
    for ground in ("background", "surface", "panel"):
        for ink in ("foreground", "primary", "secondary", "accent", "success", "warning", "error"):
            least = 7 if ink == "foreground" else 4.5
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least, (ink, ground)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("system", ["truecolor", "256", "standard"])
def test_a_heading_of_the_first_and_one_of_the_second_level_differ_by_more_than_colour(
    name: str, system: str
) -> None:
    theme = themes.read(SHIPPED[name]).theme
    palette, turn = look.of_theme(theme), few_colors.turning(system, theme.known())
    first, second, third, text = (
        turn(palette(style)) for style in ("heading heading.1", "heading heading.2", "heading heading.3", "")
    )
    on_ground = first.bgcolor == text.bgcolor
    ways = [(each.bold, each.italic, each.underline, each.reverse) for each in (first, second, text)]
    assert ways[0] != ways[1] or not on_ground
    assert ways[1] != ways[2]
    assert system != "truecolor" or len({str(first), str(second), str(third), str(text)}) == 4


def test_themes_differ_by_more_than_their_colours() -> None:
    """A light theme may be the sibling of a dark one, as of high contrast."""
    shapes: dict[object, set[str]] = {}
    for name, path in SHIPPED.items():
        theme = themes.read(path).theme
        borders = tuple(theme.variables[f"{place}-border"] for place in look.BORDERS)
        shape = (tuple(theme.look.styles.items()), tuple(theme.look.signs.items()), borders)
        shapes.setdefault(shape, set()).add(name.removesuffix("-light"))
    assert len(shapes) >= 7
    assert all(len(names) == 1 for names in shapes.values())


def test_a_theme_draws_its_own_signs(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + '[signs]\n"gutter.user" = "|"\n"table.rule" = "= +"\n')
    theme = themes.read(path).theme
    palette = look.of_theme(theme)
    assert palette.drawn("▌ ", "gutter.user current") == "| "
    assert palette.drawn("▌ ", "gutter.assistant") == "▌ "
    assert palette.drawn("──┼──", "table.rule") == "==+=="
    assert palette.drawn(" │ ", "table.rule") == "   "
    assert palette.drawn("─ said ─", "") == "─ said ─"


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.startswith("contrast")])
def test_high_contrast_is_high(name: str) -> None:
    theme = themes.read(SHIPPED[name]).theme
    assert theme.background and theme.foreground
    assert contrast(theme.foreground, theme.background) >= 20


GOOD = '[colors]\nbackground = "#000000"\nforeground = "#ffffff"\nprimary = "#7fb4d8"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("title = ", 1, "this is not TOML"),
        (GOOD + 'accent = "#zz0000"\n', 5, "'#zz0000' is not a colour"),
        (GOOD + 'akzent = "#ffffff"\n', 5, "'akzent' is not a colour of a theme"),
        (GOOD + "accent = 3\n", 5, "accent must be a text"),
        ('[colors]\nbackground = "#000"\n', 1, "[colors] lacks foreground, primary"),
        ('color = "x"\n' + GOOD, 1, "'color' is not known here"),
        ("dark = 1\n" + GOOD, 1, "dark must be true or false"),
        (GOOD + '[variables]\nborder = "}{ $$"\n', 6, "the value of border cannot be used"),
        (GOOD + '[styles]\n"heading.1" = "bold pink"\n', 6, "'pink' is neither a colour nor a way to write"),
        (GOOD + '[styles]\nheadline = "bold"\n', 6, "'headline' is no part of the conversation"),
        (GOOD + "[styles]\nrule = 3\n", 6, "rule must be a text"),
        (GOOD + '[signs]\n"gutter.user" = "中"\n', 6, "write one sign of one cell"),
        (GOOD + '[signs]\nrule = "\\u001b"\n', 6, "write one sign of one cell"),
        (GOOD + '[signs]\n"table.rule" = "─"\n', 6, "write three signs of one cell"),
        (GOOD + '[signs]\nbullet = "*"\n', 6, "'bullet' is not a sign"),
        (GOOD + '[borders]\ndialog = "zigzag"\n', 6, "'zigzag' is no border"),
        (GOOD + '[borders]\nprompt = "round"\n', 6, "'prompt' has no border"),
        ("", None, "[colors] lacks"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(themes.ThemeRefused) as refused:
        themes.read(path)
    assert refused.value.line == line
    assert str(path) in str(refused.value)
    assert says in str(refused.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xe9\xfe")
    good, bad = themes.read_all([tmp_path, tmp_path / "none"])
    assert not good
    assert "not UTF-8" in str(bad[0])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_theme_in_every_unicode_form_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "mine.toml").write_text('title = "北"\n' + GOOD, encoding=encoding)
    assert themes.read(tmp_path / "mine.toml").title == "北"


def test_the_users_own_wins_over_a_shipped_one_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "dusk.toml").write_text('title = "Mine"\n' + GOOD)
    good, _ = themes.read_all([*themes.directories()[:1], tmp_path])
    assert "Mine" in {each.title for each in good}
    assert "Dusk" not in {each.title for each in good}


def test_a_save_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    before = themes.stamps([tmp_path])
    import os

    os.utime(path, ns=(1, 1))
    assert themes.stamps([tmp_path]) != before


def test_the_gallery_shows_every_theme_in_its_own_colours_and_signs() -> None:
    cards = gallery.gallery()
    names = [card[0].plain.split()[1 if card[0].plain[0] != " " else 0] for card in cards]
    assert set(names) == set(SHIPPED)
    for name, card in zip(names, cards, strict=True):
        theme = themes.named(name).theme
        ground = Color.parse(theme.background or "")
        styles = [span.style for line in card for span in line.spans if isinstance(span.style, Style)]
        assert any(
            style.bgcolor and Color.from_rich_color(style.bgcolor).rgb == ground.rgb for style in styles
        )
        assert theme.look.signs.get("gutter.user", "▌") in card[1].plain
        assert len({line.cell_len for line in card}) == 1


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_cards_stand_side_by_side_as_many_as_have_room(width: int) -> None:
    stream = StringIO()
    gallery.write(Console(file=stream, width=width, soft_wrap=True), gallery.gallery())
    lines = stream.getvalue().splitlines()
    assert max(line.count("z-ai/glm-4.5") for line in lines) == max(1, (width + 2) // 38)
    assert stream.getvalue().count("z-ai/glm-4.5") == len(SHIPPED)


def test_the_picture_in_readme_is_that_of_the_themes_there_are() -> None:
    """`python -m tests.tui.gallery` draws it anew."""
    assert PICTURE.read_text(encoding="utf-8") == picture()


def test_the_gallery_is_written_for_a_terminal_with_colours_and_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for no_color in ("", "1"):
        monkeypatch.setenv("NO_COLOR", no_color)
        stream = StringIO()
        stream.isatty = lambda: True  # type: ignore[method-assign]
        gallery.show(stream)
        assert "dusk" in stream.getvalue()
        assert ("38;" in stream.getvalue()) == (not no_color)


def test_a_theme_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(
        themes.ThemeRefused, match=r"There is no such file\. The themes are .*dawn, dusk.*paper"
    ):
        themes.named("light")
