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
    """The editor: $VISUAL, else $EDITOR, else what the system has; raises Refused for what is no command line."""
    variable = next((each for each in ("VISUAL", "EDITOR") if os.environ.get(each, "").strip()), "")
    try:
        words = shlex.split(os.environ.get(variable, ""))
    except ValueError:
        raise Refused(f"${variable} opens a quotation mark and never closes it. Correct it.") from None
    return words or ["notepad" if os.name == "nt" else "vi"]


async def edit(app: Host, text: str) -> str:
    """Let the person edit a text in the editor while the screen is away; raises Refused where that is impossible.

    Replies go on meanwhile, unseen. Whoever leaves the chat meanwhile ends the editor, and gets what it has saved.
    """
    words = command()
    try:
        with _file_of(text) as path:
            # Nothing may be raised in here: Textual would not take the screen again.
            with app.textual.batch_update(), app.textual.suspend(), signals.left_to_child(), _away(app):
                ended = await _run([*words, str(path)])
            if isinstance(ended, OSError):
                reason = (
                    "was not found"
                    if isinstance(ended, FileNotFoundError)
                    else f"cannot be run: {ended.strerror}"
                )
                raise Refused(f"{words[0]} {reason}. Name your editor in $VISUAL or $EDITOR.")
            if ended:
                raise Refused(f"{words[0]} ended with status {ended}; the text is as it was.")
            after = read_text(path)
    except SuspendNotSupported:
        raise Refused("The screen cannot make room for an editor here.") from None
    except NotText as error:
        raise Refused(f"What the editor left {error}; the text is as it was.") from None
    except OSError as error:
        raise Refused(f"The editor's file cannot be used: {error.strerror}; the text is as it was.") from None
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
        with suppress(OSError):  # the editor took it away, or put a directory there
            path.unlink()


@contextmanager
def _away(app: Host) -> Iterator[None]:
    app.away = True
    try:
        yield
    finally:
        app.away = False


async def _run(command: list[str]) -> int | OSError:
    """Run a program to its end, or return why it cannot be run.

    Where this is cancelled, end it, and count as well ended what it has saved.
    """
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        return error
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
