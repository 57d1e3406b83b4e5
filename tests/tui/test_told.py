"""The manual tells of everything that is there, in both languages: commands, keys, settings."""

from __future__ import annotations

import re

import pytest

from glmchat import manual
from glmchat.api import dialect_rows
from glmchat.config.rows import rows_of
from glmchat.config.values import SHIPPED, Chat, Screen
from glmchat.plain.table import TABLE as PLAIN
from glmchat.tui.commands.keys import display
from glmchat.tui.commands.registry import FORMERLY, TABLE
from glmchat.tui.theming import themes

# What the pages write instead: the keys that edit and move stand there in words.
IN_WORDS = {
    "en": {"enter": "Enter", "up": "arrow", "down": "arrow"},
    "zh": {"enter": "回车", "up": "方向键", "down": "方向键"},
}


@pytest.fixture(params=manual.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def told(language: str) -> str:
    return "\n".join(manual.page(topic.name, language) for topic in manual.topics(language))


def test_every_slash_command_is_told_of(language: str) -> None:
    text = told(language)
    slashes = {row.slash for row in TABLE if row.slash} | {row.name for row in PLAIN}
    assert [each for each in sorted(slashes) if not re.search(rf"/{re.escape(each)}(?![\w-])", text)] == []


def test_every_shipped_provider_dialect_and_theme_is_told_of(language: str) -> None:
    names = {*SHIPPED, *dialect_rows.BY_NAME, *themes.files(themes.directories())}
    text = told(language)
    assert [
        each for each in sorted(names) if not re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text)
    ] == []


def test_no_slash_command_is_told_of_that_is_not_there(language: str) -> None:
    known = {row.slash for row in TABLE if row.slash} | {row.name for row in PLAIN} | set(FORMERLY)
    page = manual.page("commands", language)
    found = set(re.findall(r"(?<![\w/.])/([a-z][a-z-]+)(?![\w/-])", page))
    assert found - known == set()


def test_every_key_is_told_of(language: str) -> None:
    text, words = told(language), IN_WORDS[language]
    missing = [key for row in TABLE for key in row.keys if words.get(key, display(key)) not in text]
    assert missing == []


@pytest.mark.parametrize("section", [Chat, Screen])
def test_every_setting_is_told_of(language: str, section: type) -> None:
    text = told(language)
    missing = [name for name in rows_of(section) if not re.search(rf"(?<!\w){name}(?!\w)", text)]
    assert missing == []
