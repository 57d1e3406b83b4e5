"""Where prompts are: in the config directory, and in a project's ``.glmchat/prompts``, which need one yes each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from glmchat.prompts import upward
from glmchat.prompts.answers import Answers
from glmchat.prompts.template import PromptRefused, Template, read
from glmchat.support import paths
from glmchat.support.suggestions import nearest
from glmchat.support.text_files import NotText, read_text

# What a project's prompts are called by: /project:NAME.
PROJECT = "project:"
MOST_BYTES = 1 << 20
_NAME = re.compile(r"[\w][\w. -]*(?:/[\w][\w. -]*)*")
_ALLOWED = Answers("allowed-prompts.json", str)


def own_directory() -> Path:
    """The directory of the person's own prompts."""
    return paths.config_dir() / "prompts"


def project_directory(start: Path | None = None) -> Path | None:
    """The prompts of the project that the working directory belongs to; None where there are none."""
    for each in upward.directories(start):
        if (each / ".glmchat" / "prompts").is_dir():
            return each / ".glmchat" / "prompts"
    return None


def listed() -> dict[str, Path]:
    """The prompts by name, the person's own first."""
    found = dict(_files(own_directory(), ""))
    project = project_directory()
    if project is not None:
        found |= dict(_files(project, PROJECT))
    return found


def _files(directory: Path, before: str) -> Iterator[tuple[str, Path]]:
    try:
        files = sorted(directory.rglob("*.md"))
    except OSError:
        return
    for file in files[:2000]:
        name = file.relative_to(directory).with_suffix("").as_posix()
        if _NAME.fullmatch(name):
            yield before + name.lower().replace(" ", "-"), file


def find(name: str) -> tuple[Template, Path]:
    """A prompt by its name; raises PromptRefused with the nearest one."""
    known = listed()
    path = known.get(name.lower())
    if path is None:
        where = f"Prompts are Markdown files in {own_directory()}."
        raise PromptRefused(f"There is no prompt {name!r}.{nearest(name, known)} {where}")
    return open_file(name.lower(), path), path


def open_file(name: str, path: Path) -> Template:
    """Read the file of a prompt; raises PromptRefused."""
    try:
        return read(name, read_text(paths.regular(path), MOST_BYTES))
    except NotText as error:
        raise PromptRefused(f"The prompt {name} cannot be used: the file {error}.") from None
    except OSError as error:
        raise PromptRefused(f"The prompt {name} cannot be read: {error.strerror}.") from None


def save(name: str, text: str) -> Path:
    """Keep a prompt as one of the person's own; raises PromptRefused where there is one of that name, and OSError."""
    if not _NAME.fullmatch(name) or name.lower().startswith(PROJECT):
        raise PromptRefused(
            f"A prompt cannot be called {name!r}: letters, digits, dots and dashes can be used."
        )
    target = own_directory() / f"{name}.md"
    if name.lower() in listed():
        raise PromptRefused(f"There is a prompt {name} already: {listed()[name.lower()]}.")
    paths.write_private(target, text)
    return target


# -- a project's prompts, which somebody else may have written


def is_allowed(name: str, path: Path) -> bool:
    """Whether a prompt may be used: one's own, or a project's that a yes was given to, as it reads now."""
    return not name.startswith(PROJECT) or _ALLOWED.all().get(str(path.resolve())) == _mark(path)


def allow(path: Path) -> None:
    """Remember the yes to a prompt of a project, for what it reads now; raises OSError."""
    _ALLOWED.put(str(path.resolve()), _mark(path))


def _mark(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
