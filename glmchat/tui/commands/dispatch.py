"""How a command's function is called, what it works on, and how its refusals become sentences."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutine
from typing import TYPE_CHECKING, ParamSpec

from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.commands.command import Work
    from glmchat.tui.presenting.presenter import Presenter

__all__ = ["Failed", "Refused", "Say", "call", "is_open", "presenter_of"]

P = ParamSpec("P")
Say = Callable[[str, str], None]
Failed = Callable[[BaseException], None]


def presenter_of(app: ChatApp) -> Presenter:
    """What the commands work on; refused while it is not there yet."""
    if app.presenter is None:
        raise Refused("glmchat is still starting.")
    return app.presenter


def is_open(app: ChatApp) -> bool:
    """Whether the history is open and a session is shown."""
    return app.presenter is not None and app.presenter.ready


def call(
    say: Say, failed: Failed, function: Callable[P, Work | None], *arguments: P.args, **named: P.kwargs
) -> Work | None:
    """Call a command's function; one that takes time gives back what to run beside the screen."""
    try:
        result = function(*arguments, **named)
    except Exception as error:
        _tell(error, say, failed)
        return None
    return _finish(result, say, failed) if iscoroutine(result) else None


async def _finish(work: Work, say: Say, failed: Failed) -> None:
    try:
        await work
    except Exception as error:
        _tell(error, say, failed)


def _tell(error: Exception, say: Say, failed: Failed) -> None:
    """Tell what a person can act on as such; anything else is a fault of ours."""
    from glmchat.api.errors.tree import ApiError
    from glmchat.core.parameters.kind import ValueRefused
    from glmchat.files.refused import FileRefused
    from glmchat.history.problems import ArchiveError

    if isinstance(error, ApiError):
        say(error.failure.full_message(), "error")
    elif isinstance(error, ArchiveError):
        say(str(error), "error")
    elif isinstance(error, Refused | ValueRefused | FileRefused | OSError):
        say(str(error), "warning")
    else:
        failed(error)
