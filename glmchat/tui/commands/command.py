"""What a row of the registry of commands holds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from glmchat.tui.widgets.prompt.slash import Offer

A = TypeVar("A")
# What takes time is given back to be run beside the screen.
Work = Coroutine[Any, Any, None]


class Group(StrEnum):
    """The heading that a command stands under in help and palette."""

    CHAT = "Conversation"
    TUNE = "Model and parameters"
    SESSIONS = "Sessions"
    VIEW = "View"
    PROMPT = "Prompt"
    PROGRAM = "Program"


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """One action, on an app `A`.

    `name` is what ``[keys]`` in config calls it. `keys` are the default keys in Textual's names. `slash` is the
    slash command without its slash, `arguments` what may follow it, and `alone` says that Enter runs it without.
    `run` carries it out with what follows the slash command, and `completes` offers what may follow. `hint` is the one
    word for the line of keys at the bottom. A row without `run` is carried out by the prompt itself. `formerly` is
    what the command was called before, after the slash and in ``[keys]``; it goes on working.
    """

    name: str
    group: Group
    title: str
    help: str
    run: Callable[[A, str], Work | None] | None = None
    keys: tuple[str, ...] = ()
    slash: str = ""
    arguments: str = ""
    completes: Callable[[A, str], list[Offer]] | None = None
    hint: str = ""
    palette: bool = True
    alone: bool = False
    formerly: str = ""
