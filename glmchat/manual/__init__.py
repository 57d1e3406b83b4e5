"""The manual: pages in Markdown, English and Chinese, for help in the app, on the command line and by F1.

It is also the text that the built-in model learned from.

Stands on `core` and `support`; imported by `tui`, `commands` and `demo`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from glmchat.core import parameters
from glmchat.support.suggestions import LIKE

LANGUAGES = ("en", "zh")

# Heading of a group of topics in each language, and the names of its pages; a page's name is its file's name.
_GROUPS: tuple[tuple[Mapping[str, str], tuple[str, ...]], ...] = (
    ({"en": "Start", "zh": "入门"}, ("welcome", "keys", "commands", "command-line", "plain", "configuration")),
    ({"en": "Conversations", "zh": "对话"}, (
        "sessions", "branches", "search", "export", "thinking", "tool-calls", "errors",
    )),
    ({"en": "Tuning", "zh": "调参"}, ("parameters", "presets", "compare", "lens", "inspector", "snippets")),
    ({"en": "Endpoints", "zh": "接口"}, ("providers", "key", "models", "check", "demo")),
    ({"en": "The rest", "zh": "其他"}, ("themes", "privacy", "changes")),
    ({"en": "Parameters", "zh": "参数"}, tuple(row.name for row in parameters.TABLE)),
)  # fmt: skip

# The page that one reads first; its first section tells what to do first.
FIRST = "welcome"

# Pages that the built-in model does not learn from: they tell of versions, not of how things are.
UNTAUGHT = frozenset({"changes"})

# What people type when they mean a page of another name.
_ALSO: Mapping[str, str] = {
    "help": "welcome", "start": "welcome", "keyboard": "keys", "shortcuts": "keys", "prompt": "keys",
    "slash": "commands", "cli": "command-line", "screen-reader": "plain", "lines": "plain",
    "ask": "command-line", "config": "configuration",
    "settings": "configuration", "history": "sessions", "tree": "branches", "import": "export",
    "panel": "thinking", "error": "errors", "sweep": "compare", "request": "inspector", "code": "snippets",
    "ollama": "providers", "vllm": "providers", "sglang": "providers", "openrouter": "providers",
    "api-key": "key", "security": "key", "model": "models", "uninstall": "privacy", "theme": "themes",
    "changelog": "changes", "news": "changes", "sampling": "parameters", "sliders": "parameters",
    "files": "commands", "pictures": "commands", "aside": "commands", "learn": "welcome", "lessons": "welcome",
    "vim": "keys", "mouse": "keys", "cost": "models", "costs": "models", "budget": "models", "study": "compare",
    "proxy": "errors", "backup": "export", "backups": "export", "incognito": "sessions", "fork": "branches",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the manual: its name, its title and the heading it stands under, in one language."""

    name: str
    title: str
    group: str


def normal(name: str) -> str:
    """A page's name as people may write it, in the manual's own spelling."""
    plain = name.strip().lower().lstrip("/-").replace(" ", "-")
    if plain in _NAMES:
        return plain
    underscored = plain.replace("-", "_")
    return underscored if underscored in _NAMES else _ALSO.get(plain, plain)


def topics(language: str = "en") -> list[Topic]:
    """All pages in reading order; a page that a language lacks shows its English title."""
    return [
        Topic(name, title(name, language), headings.get(language, headings["en"]))
        for headings, names in _GROUPS
        for name in names
    ]


def page(name: str, language: str = "en") -> str:
    """A page's Markdown, in English where the language lacks it; raises KeyError for a name of no page."""
    return _COMMENT.sub("", source(name, language))


@cache
def source(name: str, language: str = "en") -> str:
    """A page as it is written, with its comments: other words for what a section is about, for searching."""
    known = normal(name)
    if known not in _NAMES:
        raise KeyError(name)
    for each in (language, "en"):
        file = files(__name__).joinpath(each, f"{known}.md")
        if each in LANGUAGES and file.is_file():
            return file.read_text(encoding="utf-8")
    raise KeyError(name)


def title(name: str, language: str = "en") -> str:
    """A page's title: the text of its first heading."""
    return page(name, language).partition("\n")[0].removeprefix("# ").strip()


def first_steps(language: str = "en") -> str:
    """What to do first: the heading and the text of the first section of the first page."""
    return "## ".join(page(FIRST, language).split("\n## ")[1:2]).strip()


def nearest(name: str) -> str | None:
    """The name of the page that was most likely meant, or None where nothing is near."""
    known = normal(name)
    if known in _NAMES:
        return known
    found = difflib.get_close_matches(known, [*_NAMES, *_ALSO], 1, LIKE)
    return normal(found[0]) if found else None


_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)
_NAMES = frozenset(name for _, names in _GROUPS for name in names)
