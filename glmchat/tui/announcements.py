"""What widgets announce, and which action answers it; one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import TextArea

from glmchat.tui.platform.boundary import Boundary
from glmchat.tui.widgets.prompt.prompt import Prompt

if TYPE_CHECKING:
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.screens.bin import BinScreen
    from glmchat.tui.screens.full import FullScreen
    from glmchat.tui.screens.presets import PresetsScreen
    from glmchat.tui.screens.themes import ThemeScreen
    from glmchat.tui.screens.tree import TreeScreen
    from glmchat.tui.theming.themes import ThemeFile
    from glmchat.tui.widgets.bars.find import FindBar
    from glmchat.tui.widgets.bars.line import CommandRequested
    from glmchat.tui.widgets.lists.sessions_pane import SessionsPane
    from glmchat.tui.widgets.prompt.queue import Queue
    from glmchat.tui.widgets.prompt.slash import SlashList
    from glmchat.tui.widgets.sidebar import messages as sidebar
    from glmchat.tui.widgets.text_view import events as text_view
    from glmchat.tui.widgets.thinking import AnswerNowRequested, ThinkingFolded
    from glmchat.tui.widgets.transcript import events as transcript


class Announced(Boundary):
    """The app as the widgets see it."""

    presenter: Presenter | None

    def run_command(self, name: str, argument: str = "") -> None:
        """Carry out a command of the registry."""
        raise NotImplementedError

    def perform(self, target: str, *arguments: Any) -> None:
        """Carry out a function of an action module."""
        raise NotImplementedError

    def on_full_screen_failed(self, event: FullScreen.Failed) -> None:
        """A screen could not show a change; the reply that it is about goes on."""
        self.failed(event.error)

    def on_command_requested(self, event: CommandRequested) -> None:
        """A hint or a part of the header was clicked."""
        self.run_command(event.name)

    def show_theme(self, theme: ThemeFile) -> None:
        """Show a theme."""
        raise NotImplementedError

    # -- prompt

    def on_prompt_submitted(self, event: Prompt.Submitted) -> None:
        """A prompt is to be sent, or a slash command carried out."""
        self.perform("actions.prompt:submit", event.text)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The prompt has changed."""
        if isinstance(event.text_area, Prompt):
            self.perform("actions.prompt:typed")

    def on_slash_list_taken(self, event: SlashList.Taken) -> None:
        """An offer was clicked."""
        self.perform("actions.prompt:take", event.offer)

    def on_queue_edit_requested(self, event: Queue.EditRequested) -> None:
        """A message that waits is to be edited."""
        self.perform("actions.chat:edit_queued", event.id)

    def on_queue_withdraw_requested(self, event: Queue.WithdrawRequested) -> None:
        """A message that waits is to go back into the prompt."""
        self.perform("actions.chat:withdraw", event.id)

    # -- sessions

    def on_sessions_pane_chosen(self, event: SessionsPane.Chosen) -> None:
        """A session is to be opened."""
        self.perform("actions.sessions:open_session", event.id)

    def on_sessions_pane_asked(self, event: SessionsPane.Asked) -> None:
        """Something is to be done with a session of the list."""
        self.perform("actions.sessions:act", event.id, event.what)

    def on_sessions_pane_filtered(self, event: SessionsPane.Filtered) -> None:
        """The list is wanted for another filter."""
        if self.presenter is not None:
            self.presenter.sessions.filtered()

    def on_sessions_pane_pages_needed(self, event: SessionsPane.PagesNeeded) -> None:
        """Pages came into view."""
        self.perform("actions.sessions:read_pages", event.query, event.pages)

    def on_bin_screen_asked(self, event: BinScreen.Asked) -> None:
        """Something is to be done with deleted sessions."""
        self.perform("actions.library:act_in_bin", event.id, event.title, event.what)

    def on_tree_screen_asked(self, event: TreeScreen.Asked) -> None:
        """Something is to be done with a branch."""
        self.perform("actions.branches:act", event.id, event.what)

    def on_sessions_pane_left(self, event: SessionsPane.Left) -> None:
        """The person is done in the list."""
        self.run_command("stop")

    # -- conversation

    def on_text_needed(self, event: transcript.TextNeeded) -> None:
        """Messages came into view whose text is on disk."""
        if self.presenter is not None:
            self.presenter.workspace.spawn(self.presenter.workspace.journal.need(list(event.ids)))

    def on_message_action_requested(self, event: transcript.MessageActionRequested) -> None:
        """Something is to be done with a message."""
        how = "act_by_key" if event.by_key else "act"
        self.perform(f"actions.messages:{how}", event.id, event.action)

    def on_sibling_requested(self, event: transcript.SiblingRequested) -> None:
        """Another version of a message is wanted."""
        self.perform("actions.messages:show_sibling", event.id, event.step)

    def on_code_copy_requested(self, event: text_view.CodeCopyRequested) -> None:
        """Code is to be copied."""
        self.perform("actions.chat:copy_text", event.text, "The code")

    def on_code_save_requested(self, event: text_view.CodeSaveRequested) -> None:
        """Code is to be saved."""
        self.perform("actions.messages:save_code", event.text, event.language)

    def on_link_activated(self, event: text_view.LinkActivated) -> None:
        """A link is to be opened."""
        self.perform("actions.messages:open_link", event.url)

    def on_message_selected(self, event: transcript.MessageSelected) -> None:
        """Another message is selected: its thought is shown."""
        self.perform("actions.messages:selected", event.id)

    def on_thinking_folded(self, event: ThinkingFolded) -> None:
        """The thinking panel was folded or opened by hand."""
        if self.presenter is not None:
            self.presenter.thinking.folded(event.folded)

    def on_answer_now_requested(self, event: AnswerNowRequested) -> None:
        """The thought is to end."""
        self.run_command("answer-now")

    def on_theme_screen_previewed(self, event: ThemeScreen.Previewed) -> None:
        """A theme is to be shown."""
        self.show_theme(event.theme)

    # -- find

    def on_find_bar_wanted(self, event: FindBar.Wanted) -> None:
        """Other words are to be found."""
        if self.presenter is not None:
            self.perform("actions.view:find_words", event.words)

    def on_find_bar_stepped(self, event: FindBar.Stepped) -> None:
        """Another place is to be shown."""
        if self.presenter is not None:
            self.presenter.finder.step(event.step)

    async def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        """Finding is done."""
        if self.presenter is not None:
            await self.presenter.finder.close()

    # -- parameters

    def on_value_chosen(self, event: sidebar.ValueChosen) -> None:
        """A parameter is to be sent with a value."""
        self.perform("actions.tune:choose_value", event.name, event.value, event.merge_key)

    def on_value_cleared(self, event: sidebar.ValueCleared) -> None:
        """A parameter is not to be sent any more."""
        self.perform("actions.tune:clear_value", event.name, event.merge_key)

    def on_reset_requested(self, event: sidebar.ResetRequested) -> None:
        """A group is to be unset, or everything."""
        self.perform("actions.tune:reset_group", event.group)

    def on_help_requested(self, event: sidebar.HelpRequested) -> None:
        """The page about a parameter is wanted."""
        self.run_command("help", event.name)

    def on_system_edit_requested(self, event: sidebar.SystemEditRequested) -> None:
        """The system prompt is to be edited."""
        self.run_command("system")

    def on_presets_requested(self, event: sidebar.PresetsRequested) -> None:
        """The presets are to be shown."""
        self.run_command("preset")

    def on_presets_screen_chosen(self, event: PresetsScreen.Chosen) -> None:
        """A preset's values are to be taken."""
        self.perform("actions.presets:take", event.name)

    def on_presets_screen_save_requested(self, event: PresetsScreen.SaveRequested) -> None:
        """The current values are to be kept as a preset."""
        self.perform("actions.presets:keep", event.name)

    def on_presets_screen_delete_requested(self, event: PresetsScreen.DeleteRequested) -> None:
        """A preset is to be forgotten."""
        self.perform("actions.presets:forget", event.name)

    def on_undo_requested(self, event: sidebar.UndoRequested) -> None:
        """The last change is to be taken back."""
        self.run_command("undo")

    def on_redo_requested(self, event: sidebar.RedoRequested) -> None:
        """The change is to be made again."""
        self.run_command("redo")
