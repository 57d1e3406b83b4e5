"""What the first page says: things to begin with, worked out from the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glmchat.core.catalogue import KEY_PAGE
from glmchat.support.text import safe_line
from glmchat.support.times import ago
from glmchat.tui.commands.keys import Keymap, display
from glmchat.tui.widgets.first_page import Step
from glmchat.workspace import Workspace

if TYPE_CHECKING:
    from glmchat.history import SessionRow
    from glmchat.tui.port import Host

_BELOW = "↑ ↓ and Enter, or the mouse. Or just type."


class FirstPagePresenter:
    """Fills the first page where the conversation is empty; `newest` are sessions that one could go on with."""

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self.app = app
        self.workspace = workspace
        self._last: SessionRow | None = None

    def know(self, newest: Sequence[SessionRow]) -> None:
        """Know the sessions that there are."""
        self._last = max(newest, key=lambda row: row.updated, default=None)
        self.show()

    def show(self) -> None:
        """Show what holds now; a conversation in which something was said has no such page."""
        session = self.workspace.current
        page = self.app.chat.first_page
        if session.conversation.nodes:
            page.put("", "", (), "")
        elif session.endpoint.demo:
            page.put(
                "glmchat",
                "The built-in model answers: free, offline.",
                self.steps(),
                _BELOW,
            )
        else:
            who = f"{safe_line(session.model.wire_id)} at {safe_line(session.endpoint.title)} answers."
            page.put("glmchat", who, self.steps(), _BELOW)
        self.app.chat.show_first_page()

    def steps(self) -> list[Step]:
        """The rows; the first three ask the built-in model, whatever was chosen, for they work without a network."""
        keymap, session = self.app.keymap, self.workspace.current
        free = "" if session.endpoint.demo else ", free"
        steps = [
            Step(
                "See what temperature does",
                f"one question, three temperatures{free}",
                "/try",
                "try",
                "temperature",
            ),
            Step(
                "Look at a reply's tokens",
                "and at what else it might have said",
                _key(keymap, "lens"),
                "try",
                "tokens",
            ),
            Step(
                "Let it think aloud",
                "a thought, then the answer",
                "/try",
                "try",
                "thinking",
            ),
        ]
        if not session.endpoint.demo or any(each.key for each in self.workspace.endpoints.values()):
            steps.append(Step("Choose the model", "and where it is asked", _key(keymap, "model"), "model"))
        else:
            steps.append(Step("Use GLM-4.5", f"paste a key from {_site(KEY_PAGE)}", "/key", "key"))
        steps.append(Step("Learn by doing", f"six one-minute lessons{free}", "/learn", "learn"))
        if (last := self._last) is not None and last.id != session.id:
            title = safe_line(last.title) or "Untitled"
            steps.append(Step("Resume the last session", f"{ago(last.updated)}: {title}", "/last", "last"))
        return steps


def _key(keymap: Keymap, name: str) -> str:
    keys = keymap.keys.get(name)
    return display(keys[0]) if keys else ""


def _site(address: str) -> str:
    return address.partition("://")[2]
