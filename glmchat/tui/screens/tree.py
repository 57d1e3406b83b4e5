"""All branches of the open conversation, to go to one, to delete one, or to make a session of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.support.text import safe_line
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part
from glmchat.tui.widgets.lists.tree_list import TreeList
from glmchat.workspace import Workspace, changes

_KEYS = (
    ("Enter", "read it", "choose"), ("Esc", "close", "close"), ("D", "delete", "ask('delete')"),
    ("U", "undo", "ask('undelete')"), ("F", "fork", "ask('fork')"), ("←→", "versions", "version(1)"),
)  # fmt: skip

# What is to be done with the branch from a message on: delete, undelete or fork.
Ask = Callable[[int, str], None]


class TreeScreen(FullScreen[int]):
    """Gives back the message to go to; `ask` is called with what is to be done with a branch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("escape,q", "close", "Close", show=False),
            Binding("d,delete,x", "ask('delete')", "Delete the branch", show=False),
            Binding("u,ctrl+z", "ask('undelete')", "Bring it back", show=False, priority=True),
            Binding("f", "ask('fork')", "Fork into a new session", show=False),
        )
    ]

    def __init__(self, workspace: Workspace, ask: Ask, at: int | None = None) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.session = workspace.current
        self.tree_list = TreeList(self.session.conversation)
        self._ask = ask
        self._at = at

    def compose(self) -> ComposeResult:
        """Title, tree, keys."""
        yield self.title_line
        yield self.tree_list
        yield self.keys_line
        yield self.notice

    def on_mount(self) -> None:
        """Begin at the message that is selected, else at the end of the branch that is read."""
        self.put_keys(_KEYS)
        self.tree_list.focus()
        leaf = self.session.conversation.leaf_id
        self.call_after_refresh(self._renew, leaf if self._at is None else self._at)

    def _renew(self, at: int | None = None) -> None:
        self.tree_list.renew(at)
        conversation = self.session.conversation
        ends = sum(1 for id in conversation.nodes if not conversation.children(id))
        count = f"{len(conversation.nodes)} messages, {ends} {'branch' if ends == 1 else 'branches'}"
        title = safe_line(self.session.title) or "New session"
        self.title_line.put(
            [Part("Tree", "bold $text-accent"), Part(title, "$text-muted")], [Part(count, "$text-muted")]
        )

    def take(self, change: changes.Change) -> None:
        """Show what the conversation becomes; a text that was asked for changes its own line alone."""
        if isinstance(change, changes.SessionOpened):
            self.dismiss(None)
        elif getattr(change, "session_id", None) != self.session.id:
            return
        elif isinstance(change, changes.MessageChanged) and change.message.id in self.tree_list.places:
            self.tree_list.refresh()
        elif isinstance(
            change,
            changes.MessageChanged | changes.PathChanged | changes.ReplyStarted | changes.ReplyFinished,
        ):
            self._renew()

    def on_tree_list_texts_needed(self, event: TreeList.TextsNeeded) -> None:
        """Read what came into view."""
        event.stop()
        self.workspace.spawn(self.workspace.journal.need(event.ids, self.session))

    def on_row_list_chosen(self, event: TreeList.Chosen) -> None:
        """Go to the message."""
        event.stop()
        self.dismiss(self.tree_list.id_at_cursor)

    def action_choose(self) -> None:
        """Go to the message under the cursor."""
        self.tree_list.action_choose()

    def action_version(self, step: int) -> None:
        """Go to another version."""
        self.tree_list.action_version(step)

    def action_ask(self, what: str) -> None:
        """Ask for something to be done with the branch under the cursor."""
        id = self.tree_list.id_at_cursor
        if id is not None or what == "undelete":
            self._ask(id or 0, what)
