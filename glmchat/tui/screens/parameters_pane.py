"""The pane of the parameters: it calls the commands for what a sidebar announces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.sidebar import messages as sidebar


class ParametersPane(Vertical):
    """The values of the next request; the sidebar's place, and that of its sliders in the lens."""

    def __init__(self, chat_app: ChatApp, id: str) -> None:
        super().__init__(id=id)
        self.chat_app = chat_app

    def on_value_chosen(self, event: sidebar.ValueChosen) -> None:
        """A parameter is to be sent with a value."""
        from glmchat.tui.commands.actions import tune

        self.chat_app.perform(tune.choose_value, event.name, event.value, event.merge_key)

    def on_value_cleared(self, event: sidebar.ValueCleared) -> None:
        """A parameter is not to be sent any more."""
        from glmchat.tui.commands.actions import tune

        self.chat_app.perform(tune.clear_value, event.name, event.merge_key)

    def on_depth_chosen(self, event: sidebar.DepthChosen) -> None:
        """The model is to think more or less."""
        from glmchat.tui.commands.actions import thinking

        self.chat_app.perform(thinking.choose, event.depth, event.merge_key)

    def on_reset_requested(self, event: sidebar.ResetRequested) -> None:
        """A group is to be unset, or everything."""
        from glmchat.tui.commands.actions import tune

        self.chat_app.perform(tune.reset_group, event.group)

    def on_help_requested(self, event: sidebar.HelpRequested) -> None:
        """The page about a parameter is wanted."""
        self.chat_app.run_command("help", event.name)

    def on_distribution_wanted(self, _: sidebar.DistributionWanted) -> None:
        """The distribution that a slider acts on is to be shown."""
        if (presenter := self.chat_app.presenter) is not None:
            presenter.distribution.follow()

    def on_system_edit_requested(self, event: sidebar.SystemEditRequested) -> None:
        """The system prompt is to be edited."""
        self.chat_app.run_command("system")

    def on_presets_requested(self, event: sidebar.PresetsRequested) -> None:
        """The presets are to be shown."""
        self.chat_app.run_command("preset")

    def on_undo_requested(self, event: sidebar.UndoRequested) -> None:
        """The last change is to be taken back."""
        self.chat_app.run_command("undo")

    def on_redo_requested(self, event: sidebar.RedoRequested) -> None:
        """The change is to be made again."""
        self.chat_app.run_command("redo")
