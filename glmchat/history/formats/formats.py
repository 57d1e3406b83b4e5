"""The tables of formats: what `--format` takes, and what a file to import is tried as."""

from __future__ import annotations

from pathlib import Path

from glmchat.history.formats import (
    archives,
    chatbox,
    chatgpt,
    cherry_studio,
    claude,
    deepseek,
    elia,
    html,
    json_file,
    jsonl,
    librechat,
    llm_logs,
    lobechat,
    markdown,
    openwebui,
    oterm,
    sillytavern,
)
from glmchat.history.formats.shapes import Source, look_at
from glmchat.history.formats.values import Exporter, ImportRefused

# What `--format` takes. Each writes the pieces of a file, one session at a time.
EXPORTERS: dict[str, Exporter] = {
    each.name: each for each in (markdown.FORMAT, json_file.FORMAT, html.FORMAT, jsonl.FORMAT)
}

# What people and file names call some of them.
_ALSO = {"md": "markdown", "htm": "html"}

# What a file is tried as, in this order: the first that knows it reads it.
SOURCES: tuple[Source, ...] = (
    json_file.SOURCE,
    deepseek.SOURCE,
    chatgpt.SOURCE,
    claude.SOURCE,
    librechat.SOURCE,
    chatbox.SOURCE,
    cherry_studio.SOURCE,
    lobechat.SOURCE,
    openwebui.SOURCE,
    sillytavern.SOURCE,
    llm_logs.SOURCE,
    elia.SOURCE,
    oterm.SOURCE,
)


def format_named(word: str) -> str:
    """The format that a word or the ending of a file means; the word itself, in lower case, where it means none."""
    plain = word.lower().lstrip(".")
    return _ALSO.get(plain, plain)


def recognise(path: Path) -> Source:
    """Tell what wrote a file, or those in an archive; raises ImportRefused when nobody known did, and OSError."""
    if look_at(path).head.startswith(archives.MARK):
        return archives.source_of(path, _recognise)
    return _recognise(path)


def _recognise(path: Path) -> Source:
    look = look_at(path)
    for source in SOURCES:
        if source.knows(look):
            return source
    names = ", ".join(source.name for source in SOURCES[:-1])
    raise ImportRefused(f"{path} is none of the files that can be imported: {names} or {SOURCES[-1].name}.")
