"""How a command's function is found and called, what it works on, and how its refusals become sentences."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib import import_module
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glmchat.tui.app import GlmChat
    from glmchat.tui.presenting.presenter import Presenter

Say = Callable[[str, str], None]


class Refused(Exception):
    """A command cannot be carried out now; the text is the sentence to tell."""


def presenter_of(app: GlmChat) -> Presenter:
    """What the commands work on; refused while it is not there yet."""
    if app.presenter is None:
        raise Refused("glmchat is still starting.")
    return app.presenter


def find(target: str) -> Callable[..., Any]:
    """The function that ``module:function`` below `glmchat.tui` names."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"glmchat.tui.commands.{module}"), name)
    return function


def call(
    target: str, *arguments: Any, say: Say, failed: Callable[[BaseException], None]
) -> Coroutine[Any, Any, None] | None:
    """Call a command's function; one that takes time gives back what to run beside the screen."""
    try:
        result = find(target)(*arguments)
    except Exception as error:
        _tell(error, say, failed)
        return None
    return _finish(result, say, failed) if iscoroutine(result) else None


async def _finish(work: Coroutine[Any, Any, Any], say: Say, failed: Callable[[BaseException], None]) -> None:
    try:
        await work
    except Exception as error:
        _tell(error, say, failed)


def _tell(error: Exception, say: Say, failed: Callable[[BaseException], None]) -> None:
    """Tell what a person can act on as such; anything else is a fault of ours."""
    from glmchat.api.errors.tree import ApiError
    from glmchat.core.parameters.kind import ValueRefused
    from glmchat.history.problems import ArchiveError

    if isinstance(error, ApiError):
        say(error.failure.full_message(), "error")
    elif isinstance(error, ArchiveError):
        say(str(error), "error")
    elif isinstance(error, Refused | ValueRefused | OSError):
        say(str(error), "warning")
    else:
        failed(error)
