"""An app that holds a transcript and notes what it announces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.message import Message as Event
from textual.pilot import Pilot
from textual.widgets import Input

from glmchat.core.conversation import Message, Node, Role, State
from glmchat.tui.platform.compositor import paint_by_rows
from glmchat.tui.platform.screen_memory import ScreenMemory
from glmchat.tui.widgets.transcript import (
    Act,
    Action,
    Button,
    Decoration,
    Transcript,
)
from tests.themed import ThemedApp
from tests.transcript.frames import drawn


def decorate(node: Node, message: Message | None) -> Decoration:
    """A reply has everything around it, a question nothing."""
    if node.role is Role.USER:
        return Decoration("You")
    return Decoration(
        "GLM",
        siblings=(2, 3),
        footer="12 tokens",
        chips=(Button(Action(Act.COPY), "copy"), Button(Action(Act.RETRY), "retry")),
    )


def talk(count: int, text: str = "**Answer** {n} with `code`.\n\n- one\n- two") -> list[Message]:
    """A conversation of questions and answers."""
    out: list[Message] = []
    for number in range(count):
        role = Role.ASSISTANT if number % 2 else Role.USER
        content = text.format(n=number) if number % 2 else f"question {number}"
        out.append(Message(number + 1, number or None, role, content))
    return out


class Stage(ThemedApp):
    """A transcript over an input."""

    CSS = "Transcript { height: 1fr; }"

    def __init__(self, decorate: Callable[[Node, Message | None], Decoration] = decorate) -> None:
        super().__init__()
        self.transcript = Transcript(decorate)
        self.announced: list[Any] = []

    def compose(self) -> ComposeResult:
        """The transcript over the input."""
        yield self.transcript
        yield Input()

    def on_mount(self) -> None:
        """The transcript takes the keys; a row is painted alone, as in the chat."""
        paint_by_rows(self.screen, ScreenMemory())
        self.transcript.focus()

    def note(self, event: Event) -> None:
        """Note one announcement."""
        self.announced.append(event)

    on_code_copy_requested = on_code_save_requested = on_follow_changed = on_link_activated = note
    on_message_action_requested = on_selection_changed = on_sibling_requested = on_text_needed = note

    def of(self, kind: type[Any]) -> list[Any]:
        """The announcements of a kind."""
        return [event for event in self.announced if isinstance(event, kind)]

    def show(self, messages: Sequence[Message], loaded: Mapping[int, Message] | None = None) -> None:
        """Show messages; all are loaded unless told."""
        self.transcript.show(
            [message.node() for message in messages],
            {message.id: message for message in messages} if loaded is None else loaded,
        )

    def rows(self) -> list[str]:
        """What the transcript's rows show."""
        return [self.transcript.render_line(y).text.rstrip() for y in range(self.transcript.item_layout.rows)]

    def find(self, needle: str) -> tuple[int, int]:
        """Where on the screen a text is: column and row."""
        for y, row in enumerate(self.rows()):
            if needle in row:
                return row.index(needle), y
        raise AssertionError(f"{needle!r} is not in view:\n" + "\n".join(self.rows()))


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no frame is due."""
    stage = pilot.app
    assert isinstance(stage, Stage)
    await drawn(pilot, stage.transcript)


def streaming(id: int, parent: int | None = None) -> Message:
    """A reply that is about to come."""
    return Message(id, parent, Role.ASSISTANT, state=State.STREAMING)
