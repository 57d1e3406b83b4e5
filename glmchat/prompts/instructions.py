"""What a project says to whoever works on it: GLMCHAT.md or AGENTS.md, found upward from the working directory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from glmchat.prompts import upward
from glmchat.prompts.answers import Answers
from glmchat.support import paths
from glmchat.support.text_files import NotText, read_text

NAMES = ("GLMCHAT.md", "AGENTS.md")
MOST_BYTES = 256 << 10
_SAID = Answers("project-instructions.json", bool)


@dataclass(frozen=True, slots=True)
class Instructions:
    """A file of instructions; `wanted` is what the person said of it as it reads now, None for nothing yet."""

    path: Path
    text: str
    wanted: bool | None = None

    @property
    def part(self) -> str:
        """The instructions as a part of the system prompt."""
        return f"Instructions of the project, from {self.path.name}:\n\n{self.text.strip()}"


def find(start: Path | None = None) -> Instructions | None:
    """The nearest instructions, those for glmchat before those for all; None where there are none that can be read."""
    for each in upward.directories(start):
        for name in NAMES:
            text = _read(each / name)
            if text is not None and text.strip():
                return Instructions(each / name, text, _SAID.all().get(_key(each / name, text)))
    return None


def _read(path: Path) -> str | None:
    try:
        return read_text(paths.regular(path), MOST_BYTES)
    except (OSError, NotText):
        return None


def remember(found: Instructions, wanted: bool) -> None:
    """Keep what the person said of instructions as they read now; raises OSError."""
    _SAID.put(_key(found.path, found.text), wanted)


def _key(path: Path, text: str) -> str:
    return f"{path} {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"
