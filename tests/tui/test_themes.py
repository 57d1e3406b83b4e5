"""Themes: the shipped ones are good, and a bad file is told and does no harm."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color

from glmchat.tui.theming import gallery, themes

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


def test_the_gallery_shows_every_theme_in_its_own_colours() -> None:
    lines = gallery.gallery()
    assert {line.plain.split()[0] for line in lines} == set(SHIPPED)
    for line in lines:
        ground = Color.parse(themes.named(line.plain.split()[0]).theme.background or "")
        styles = [span.style for span in line.spans if isinstance(span.style, Style)]
        assert any(
            style.bgcolor and Color.from_rich_color(style.bgcolor).rgb == ground.rgb for style in styles
        )


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
