"""What stands around a message's text, as plain values given from outside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from glmchat.markdown.spans import Line
from glmchat.tui.widgets.thought_head import ThoughtFacts


class Act(StrEnum):
    """What can be done with a message; the values are what the key bindings call it."""

    COPY = "copy"
    COPY_THOUGHT = "copy-thought"
    QUOTE = "quote"
    EDIT = "edit"
    FORK = "fork"
    DELETE = "delete"
    TREE = "tree"
    REQUEST = "request"
    RETRY = "retry"
    CONTINUE = "continue"
    KEEP = "keep"
    TAKE_THOUGHT = "take-thought"
    WITHOUT_THOUGHT = "without-thought"
    OVER_BUDGET = "over-budget"
    DOUBLE_LIMIT = "double-limit"
    SAVE_PICTURE = "save-picture"
    SHOW_ATTACHED = "show-attached"
    SAVE_ATTACHED = "save-attached"
    ATTACH_ANEW = "attach-anew"
    LEAVE_OUT = "leave-out"
    WITHOUT = "without"
    TRY_WITHOUT = "try-without"
    RESULTS = "results"
    DECLINE = "decline"
    SETTINGS = "settings"
    DIFFERS = "differs"
    VALUES = "values"
    LENS = "lens"
    KEY = "key"
    MODEL = "model"
    DROP_OLDEST = "drop-oldest"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with a message, with the `parameters` or the number of the `picture` that it is about."""

    act: Act
    parameters: tuple[str, ...] = ()
    picture: int = 0


@dataclass(frozen=True, slots=True)
class Button:
    """Something to click: `action` is posted with `MessageActionRequested`, `label` is shown."""

    action: Action
    label: str


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under a message: `kind` is ``error``, ``warning`` or ``info``; buttons follow it.

    With a `link` it leads to that address; a `heading` stands above it, and what is `drawn`, a picture, below.
    """

    text: str
    kind: str = "info"
    buttons: tuple[Button, ...] = ()
    link: str = ""
    heading: str = ""
    drawn: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoration:
    """What is shown around a message's text.

    `name` is who speaks; `badge` a quiet word after it (such as the model, or "stopped"); `siblings` is the place among
    the versions of the message and their count, ``(2, 3)``; `footer` the quiet line under a reply; `chips` what can be
    done with it; `notes` what went wrong or needs an answer; `calls` are tool calls as ``(name, arguments)``;
    `above` is a quiet line that parts the message from the one before; `thought` what is known of the message's
    thought, where that stands with it, and `thought_folded` whether it is folded as long as nobody opened it.
    Of a message that is only `hovered`, the chips stand beside the name, so that nothing moves.
    """

    name: str
    badge: str = ""
    siblings: tuple[int, int] | None = None
    footer: str = ""
    chips: tuple[Button, ...] = ()
    notes: tuple[Note, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    above: str = ""
    thought: ThoughtFacts | None = None
    thought_folded: bool = True
    hovered: bool = False

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All that can be clicked, in the order in which it stands."""
        return (*(button for note in self.notes for button in note.buttons), *self.chips)
