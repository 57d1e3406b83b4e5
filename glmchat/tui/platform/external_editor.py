"""The person's own editor: the text goes into a file that only its owner can read, and comes back from it."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from glmchat.support import signals
from glmchat.support.text_files import NotText, read_text
from glmchat.tui.commands.dispatch import Refused

if TYPE_CHECKING:
    from glmchat.tui.port import Host

# How long an editor that is told to end may take.
_GOING_S = 0.15


def command() -> list[str]:
    """The editor's command line: $VISUAL, else $EDITOR, else what the system has."""
    given = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return shlex.split(given) if given else ["notepad" if os.name == "nt" else "vi"]


async def edit(app: Host, text: str) -> str:
    """Let the person edit a text in the editor while the screen is away; raises Refused where that is impossible.

    Replies go on meanwhile, unseen. Whoever leaves the chat meanwhile ends the editor, and gets what it has saved.
    """
    words = command()
    try:
        with _file_of(text) as path:
            with app.textual.batch_update(), app.textual.suspend(), signals.left_to_child(), _away(app):
                status = await _run([*words, str(path)])
            if status:
                raise Refused(f"{words[0]} ended with status {status}; the text is as it was.")
            after = read_text(path)
    except FileNotFoundError:
        raise Refused(f"{words[0]} was not found. Name your editor in $VISUAL or $EDITOR.") from None
    except SuspendNotSupported:
        raise Refused("The screen cannot make room for an editor here.") from None
    except NotText as error:
        raise Refused(f"What the editor left {error}; the text is as it was.") from None
    return after.removesuffix("\n") if not text.endswith("\n") else after


@contextmanager
def _file_of(text: str) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(prefix="glmchat-", suffix=".md")  # made with mode 0600
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _away(app: Host) -> Iterator[None]:
    app.away = True
    try:
        yield
    finally:
        app.away = False


async def _run(command: list[str]) -> int:
    """Run a program to its end; where this is cancelled, end it, and count as well ended what it has saved."""
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GOING_S)
        with suppress(ProcessLookupError):
            process.kill()
        return 0
