"""Add an API key: it is checked with one small request, stored, and never shown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import ApiError
from glmchat.support.pasted import unwrap
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line
from glmchat.workspace import Workspace


class KeyScreen(Dialog[Endpoint]):
    """A field for a key; gives the endpoint that has it."""

    DEFAULT_CSS = """
    KeyScreen Input { margin-top: 1; }
    KeyScreen.-low Input { margin-top: 0; }
    """
    KEYS = "Enter checks and stores it, Esc closes."

    def __init__(self, workspace: Workspace, endpoint: Endpoint) -> None:
        super().__init__(f"API key for {endpoint.name}")
        self._workspace = workspace
        self._endpoint = endpoint
        self.input = Input(password=True, placeholder="paste the key here")
        self.status = Line("")

    def compose(self) -> ComposeResult:
        """Where the key goes, and where to get one."""
        where = f"It is sent to {self._endpoint.host} and to no other host, and stored so that only you can read it."
        page = self._endpoint.key_page
        get = f"You get one at {page}." if page else ""
        cost = "It is checked with one request of a single token before it is stored."
        yield self.box(Line(" ".join(part for part in (where, get, cost) if part)), self.input, self.status)

    def on_mount(self) -> None:
        """Paste at once."""
        self.input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check the key, beside the screen."""
        event.stop()
        key, around = unwrap(event.value)
        if key and not self.input.disabled:
            self.run_worker(self._check(key, around), exclusive=True)

    async def _check(self, key: str, around: str) -> None:
        self.input.disabled = True
        without = f" without {around} around the key" if around else ""
        self.status.put(f"Asking {self._endpoint.host}{without} …")
        try:
            await self._workspace.models.try_key(self._endpoint.name, key)
            added = await self._workspace.models.add_key(self._endpoint.name, key)
        except ApiError as error:
            self._refuse(error.failure.full_message())
        except (OSError, ValueError) as error:
            self._refuse(f"The key works, but it could not be stored: {error}")
        else:
            self.dismiss(added)

    def _refuse(self, sentence: str) -> None:
        self.status.put(sentence, error=True)
        self.input.disabled = False
        self.input.focus()
