"""What a row of the registry of commands holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The heading that a command stands under in help and palette."""

    CHAT = "Conversation"
    TUNE = "Model and parameters"
    SESSIONS = "Sessions"
    VIEW = "View"
    PROMPT = "Prompt"
    PROGRAM = "Program"


@dataclass(frozen=True, slots=True)
class Command:
    """One action.

    `name` is what ``[keys]`` in config calls it. `keys` are the default keys in Textual's names. `slash` is the
    slash command without its slash, `arguments` what may follow it, and `alone` says that Enter runs it without.
    `completes` names a function that offers arguments. `hint` is the one word for the line of keys at the bottom.
    A row without `target` is carried out by the prompt itself.
    """

    name: str
    group: Group
    title: str
    help: str
    target: str = ""
    keys: tuple[str, ...] = ()
    slash: str = ""
    arguments: str = ""
    completes: str = ""
    hint: str = ""
    palette: bool = True
    alone: bool = False
