"""``glmchat --plain``: the chat line by line, in a terminal of any kind or through pipes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from glmchat.commands.errors import Exit, UsageError, status_of
from glmchat.commands.terminal import is_terminal, moves_cursor, put
from glmchat.support import signals, tasks

if TYPE_CHECKING:
    from glmchat.plain.chat import Ended, Start
    from glmchat.plain.reading import Reader
    from glmchat.workspace import Workspace

Hold = Callable[[], AbstractContextManager[None]]


def run(open_workspace: Callable[[], Awaitable[Workspace]], start: Start) -> tuple[int | None, int]:
    """Chat until the end of what is typed; returns the session to go on with, and the exit status."""
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("There is nothing to read prompts from: standard input is closed.")
    ended = asyncio.run(_chat(open_workspace, start))
    signals.ignore()
    if ended.interrupted:
        return ended.session, Exit.INTERRUPTED
    failure = ended.failure
    return ended.session, Exit.OK if failure is None else status_of(failure.kind, failure.retryable)


async def _chat(open_workspace: Callable[[], Awaitable[Workspace]], start: Start) -> Ended:
    from glmchat.plain.chat import LineChat
    from glmchat.plain.console import Console

    loop = asyncio.get_running_loop()
    loop.set_default_executor(tasks.DaemonThreads())
    workspace = await open_workspace()
    reader, held_back = _reader(workspace.preferences.editing)
    chat = LineChat(workspace, Console(put, reader), held_back)
    reader.serve(chat.offers, chat.typed, await workspace.sessions.load_recents())
    signals.repeatedly(loop, chat.interrupt, chat.end)
    return await chat.run(start)


def _reader(editing: str) -> tuple[Reader, Hold]:
    """Keys for editing where both ends are a terminal that can move its cursor, else bare lines."""
    terminals = is_terminal(sys.stdin), is_terminal(sys.stdout)
    if all(terminals) and moves_cursor():
        from glmchat.plain.editing import Editor, held_back

        return Editor(editing=editing), partial(held_back, sys.stdin.fileno())
    from glmchat.plain.reading import Lines

    encoding = sys.stdin.encoding or "utf-8"
    return Lines(put, sys.stdin.fileno(), encoding, terminals[0], echo=not all(terminals)), nullcontext
