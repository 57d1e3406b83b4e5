"""The tables of formats: what `--format` takes, and what a file to import is tried as."""

from __future__ import annotations

from pathlib import Path

from glmchat.history.exchange import (
    chatgpt,
    elia,
    html,
    json_file,
    jsonl,
    llm_logs,
    markdown,
    openwebui,
    oterm,
)
from glmchat.history.exchange.values import Exporter, ImportRefused, Source

# What `--format` takes. Each writes the pieces of a file, one session at a time.
EXPORTERS: dict[str, Exporter] = {
    each.name: each for each in (markdown.FORMAT, json_file.FORMAT, html.FORMAT, jsonl.FORMAT)
}

# What people and file names call some of them.
_ALSO = {"md": "markdown", "htm": "html"}

# What a file is tried as, in this order: the first that knows it reads it.
SOURCES: tuple[Source, ...] = (
    json_file.SOURCE,
    openwebui.SOURCE,
    chatgpt.SOURCE,
    llm_logs.SOURCE,
    elia.SOURCE,
    oterm.SOURCE,
)


def format_named(word: str) -> str:
    """The format that a word or the ending of a file means; the word itself, in lower case, where it means none."""
    plain = word.lower().lstrip(".")
    return _ALSO.get(plain, plain)


def recognise(path: Path) -> Source:
    """Tell what wrote a file; raises ImportRefused when nobody known did, OSError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(65536)
    for source in SOURCES:
        if source.knows(path, head):
            return source
    if head.startswith(b"PK"):
        raise ImportRefused(f"{path} is an archive. Unpack it first and import conversations.json from it.")
    names = ", ".join(source.name for source in SOURCES[:-1])
    raise ImportRefused(f"{path} is none of the files that can be imported: {names} or {SOURCES[-1].name}.")
