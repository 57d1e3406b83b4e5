"""``glmchat``: puts together what the chat needs and opens the screen."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from glmchat.commands import demo
from glmchat.commands.errors import CommandError, Exit, KeyMissingError, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.target import Stated, Target, settings_of, target_of
from glmchat.commands.terminal import is_terminal, moves_cursor, show
from glmchat.core.catalogue import DEMO
from glmchat.core.conversation import format_id, parse_id
from glmchat.core.preferences import Preferences
from glmchat.support import echo, tasks

if TYPE_CHECKING:
    from glmchat.workspace import Workspace


def run(call: Call) -> int:
    """Run the chat until the person leaves; raises UsageError where there is no terminal for it."""
    if call.has("plain"):
        return _run(call, plain=True)
    _check_terminal()
    echo.hold()
    try:
        return _run(call, plain=False)
    finally:
        echo.release()


def _run(call: Call, plain: bool) -> int:
    _check_session_flags(call)
    settings = settings_of(call)
    target, notices = _with_key(target_of(call, settings))
    model = demo.maker()
    preferences = preferences_of(target)
    resume = asyncio.run(_session(call.given("resume") or "")) if call.has("resume") else None

    async def open_workspace() -> Workspace:
        await tasks.load("glmchat.commands.opening")
        from glmchat.commands.opening import opened

        return await opened(call, target, preferences, model)

    if plain:
        return _in_lines(call, open_workspace, resume, tuple(notices))
    from glmchat.tui.platform import gc_tuning

    gc_tuning.hold()
    try:
        from glmchat.tui.app import Start
        from glmchat.tui.app import run as run_app

        start = Start(resume, call.has("continue"), call.has("incognito"), tuple(notices))
        ended = run_app(open_workspace, preferences, start)
    finally:
        gc_tuning.release()
    _tell_how_to_go_on("glmchat --resume", ended.session)
    return Exit.INTERRUPTED if ended.interrupted else Exit.OK


def _in_lines(
    call: Call,
    open_workspace: Callable[[], Awaitable[Workspace]],
    resume: int | None,
    notices: tuple[str, ...],
) -> int:
    """Chat line by line."""
    from glmchat.commands import plain
    from glmchat.plain.chat import Start

    start = Start(resume, call.has("continue"), call.has("incognito"), notices)
    session, status = plain.run(open_workspace, start)
    _tell_how_to_go_on("glmchat --plain --resume", session)
    return status


def _tell_how_to_go_on(command: str, session: int | None) -> None:
    if session is not None:
        with suppress(CommandError, BrokenPipeError):  # the terminal may be gone
            show(f"To go on with this session: {command} {format_id(session)}")


def _check_terminal() -> None:
    """Raise UsageError where the screen cannot be drawn."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "The chat needs a terminal, and standard input or output is none. Without one, `glmchat ask PROMPT` "
            "prints one reply, and `glmchat --plain` chats line by line."
        )
    if not moves_cursor():
        raise UsageError(
            f"The chat needs a terminal that can move its cursor, and TERM is {os.environ.get('TERM') or 'not set'}. "
            "Without such a screen, `glmchat ask PROMPT` prints one reply, and `glmchat --plain` chats line by line."
        )


def _check_session_flags(call: Call) -> None:
    if call.has("resume") and call.has("continue"):
        raise UsageError("--resume names a session and --continue takes the newest; leave one of them out.")
    if call.has("incognito") and (call.has("resume") or call.has("continue")):
        flag = "--resume" if call.has("resume") else "--continue"
        raise UsageError(
            f"{flag} goes on with a session that is kept on disk, and --incognito keeps nothing there. "
            f"Leave {flag} out to begin a session that is not kept, or --incognito to go on with the one that is."
        )


def _with_key(target: Target) -> tuple[Target, list[str]]:
    """The target as it can be used: on the built-in model where there is no key; and what there is to say about it."""
    notes: tuple[str, ...] = ()
    try:
        target.endpoint()
    except KeyMissingError:
        pass  # the chat itself says what the built-in model is, and how to add a key
    except CommandError as error:
        notes = (str(error),)
    else:
        return target, target.notices
    row = target.settings.providers[DEMO]
    # Where the provider was said, a session that is resumed comes to the built-in model as a new one does.
    stated = target.stated if target.stated.provider is None else Stated(DEMO, None)
    target = replace(
        target, provider=DEMO, row=row, model=row.model, stated=stated, notes=(*target.notes, *notes)
    )
    return target, target.notices


async def _session(given: str) -> int:
    """The session that ``--resume`` means; raises UsageError."""
    from glmchat.commands import history_access

    async with history_access.opened() as archive:
        if history_access.is_whole_id(given):
            try:
                await archive.load(parse_id(given), recent=0)
            except KeyError:
                raise UsageError(
                    f"There is no session {given!r}. `glmchat sessions list` shows the ids."
                ) from None
            return parse_id(given)
        return (await history_access.find(archive, given)).id


def preferences_of(target: Target) -> Preferences:
    """How the app behaves, by the config file."""
    said = {
        each.name: getattr(section, each.name)
        for section in (target.settings.chat, target.settings.screen)
        for each in fields(section)
    }
    names = {each.name for each in fields(Preferences)}
    return Preferences(
        **{name: value for name, value in said.items() if name in names}, keys=target.settings.keys
    )
