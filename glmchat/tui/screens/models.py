"""Choose a model and the provider that it is asked at; a typed id is always allowed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.api.errors.tree import ApiError
from glmchat.core import pricing
from glmchat.core.model import Model
from glmchat.support.text import safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.text_line import Line
from glmchat.workspace import Workspace


def row_of(provider: str, model: Model) -> Row[tuple[str, str]]:
    """A model at a provider as a row to choose."""
    context = f"{pricing.count(model.context)} tokens" if model.context else "context unknown"
    beyond = [each for each in model.abilities if each != "text"]
    about = ", ".join([*beyond, context, pricing.price(model.price)])
    return Row((provider, model.id or ""), f"{model.id} @ {provider}", about)


class ModelScreen(Dialog[tuple[str, str]]):
    """The models of every provider; gives provider and model id."""

    KEYS = "Type to filter or name any model (MODEL @ PROVIDER), Enter chooses it, F5 asks the endpoints, Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "refresh", "Ask again", show=False)]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Model and provider")
        self._workspace = workspace
        session = workspace.current
        self._rows: dict[str, list[Row[tuple[str, str]]]] = {name: [] for name in workspace.endpoints}
        here = row_of(session.endpoint.name, session.model)
        self._rows[session.endpoint.name] = [here]
        self.choices = Choices([here], at=here.value, empty="Enter uses what you typed as the model id.")
        self._status = Line("", "-quiet")

    def compose(self) -> ComposeResult:
        """The list, and how asking for it went."""
        yield self.box(self.choices, self._status)

    def on_mount(self) -> None:
        """Show what is known, then ask."""
        self.choices.focus()
        self.run_worker(self._load(False), exclusive=True)

    def action_refresh(self) -> None:
        """Ask every endpoint for its list."""
        self.run_worker(self._load(True), exclusive=True)

    async def _load(self, refresh: bool) -> None:
        """Ask for the lists; a provider that has no key yet is not asked, since nobody chose it."""
        self._status.put("Asking for the lists of models …")
        problems: list[str] = []
        for name, endpoint in self._workspace.endpoints.items():
            if endpoint.lacks_key:
                self._rows[name] = [Row((name, ""), name, "", "key needed")]
            else:
                problems += await self._load_one(name, refresh and not endpoint.demo)
            self.choices.put([row for rows in self._rows.values() for row in rows])
        self._status.put(" ".join(problems) or "You can type any model id, listed or not.", bool(problems))

    async def _load_one(self, name: str, refresh: bool) -> list[str]:
        """Ask one provider; returns what went wrong."""
        try:
            models = await self._workspace.models.listed(name, refresh=refresh)
        except ApiError as error:
            return [f"{name}: {safe_line(error.failure.message)}"]
        found = {row.value: row for row in (row_of(name, model) for model in models if model.id)}
        self._rows[name] = list({**{row.value: row for row in self._rows[name]}, **found}.values())
        return []

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Give provider and id back; a text that matches nothing is an id itself."""
        event.stop()
        if event.row is not None:
            self.dismiss(event.row.value)
        elif event.typed.strip():
            model, at, provider = event.typed.rpartition(" @ ")
            name = provider.strip() if at else self._workspace.current.endpoint.name
            if name in self._workspace.endpoints:
                self.dismiss((name, (model if at else event.typed).strip()))
            else:
                self._status.put(f"There is no provider {safe_line(name)}.", error=True)
