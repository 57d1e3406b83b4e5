"""The pane in the middle of the chat: it calls the commands for what the widgets of the conversation announce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import TextArea

from glmchat.tui.widgets.prompt.prompt import Prompt

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.bars.find import FindBar
    from glmchat.tui.widgets.prompt.chips import Chips
    from glmchat.tui.widgets.prompt.queue import Queue
    from glmchat.tui.widgets.prompt.slash import SlashList
    from glmchat.tui.widgets.text_view import FollowChanged
    from glmchat.tui.widgets.thinking import AnswerNowRequested, ThinkingFolded
    from glmchat.tui.widgets.transcript import events as transcript


class ConversationPane(Vertical):
    """The transcript, what is thought, and the prompt."""

    def __init__(self, chat_app: ChatApp) -> None:
        super().__init__(id="middle")
        self.chat_app = chat_app

    # -- prompt

    def on_prompt_submitted(self, event: Prompt.Submitted) -> None:
        """A prompt is to be sent, or a slash command carried out."""
        from glmchat.tui.commands.actions import attach, prompt

        self.chat_app.perform(attach.tell_of_words, event.typed)
        self.chat_app.perform(prompt.submit, event.text)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The prompt has changed."""
        from glmchat.tui.commands.actions.typed import typed

        if isinstance(event.text_area, Prompt):
            self.chat_app.perform(typed)

    def on_slash_list_taken(self, event: SlashList.Taken) -> None:
        """An offer was clicked."""
        from glmchat.tui.commands.actions import prompt

        self.chat_app.perform(prompt.take, event.offer)

    def on_prompt_file_chosen(self, event: Prompt.FileChosen) -> None:
        """A file was chosen in the picker."""
        from glmchat.tui.commands.actions import attach

        self.chat_app.perform_when_open(attach.attach_named, event.path)

    def on_prompt_pasted(self, event: Prompt.Pasted) -> None:
        """Files were dropped, maybe."""
        from glmchat.tui.commands.actions import attach

        self.chat_app.perform_when_open(attach.drop, event.text)

    def on_prompt_drop_taken_back(self, event: Prompt.DropTakenBack) -> None:
        """What was dropped is a text again."""
        from glmchat.tui.commands.actions import attach

        self.chat_app.perform_when_open(attach.take_back, event.ids)

    def on_chips_opened(self, event: Chips.Opened) -> None:
        """Something that is attached was clicked."""
        from glmchat.tui.commands.actions import attach

        self.chat_app.perform(attach.open_one, event.id)

    def on_chips_taken_off(self, event: Chips.TakenOff) -> None:
        """Something is to be attached no more."""
        from glmchat.tui.commands.actions import attach

        self.chat_app.perform(attach.take_off, event.id)

    def on_queue_edit_requested(self, event: Queue.EditRequested) -> None:
        """A message that waits is to be edited."""
        from glmchat.tui.commands.actions import chat

        self.chat_app.perform(chat.edit_queued, event.id)

    def on_queue_withdraw_requested(self, event: Queue.WithdrawRequested) -> None:
        """A message that waits is to go back into the prompt."""
        from glmchat.tui.commands.actions import chat

        self.chat_app.perform(chat.withdraw, event.id)

    # -- conversation

    def on_text_needed(self, event: transcript.TextNeeded) -> None:
        """Messages came into view whose text is on disk."""
        if (presenter := self.chat_app.presenter) is not None:
            presenter.workspace.spawn(presenter.workspace.journal.need(list(event.ids)))

    def on_follow_changed(self, event: FollowChanged) -> None:
        """The conversation is read at its end, or not; a thought has a view of its own."""
        if event.view is self.chat_app.chat.transcript:
            self.chat_app.chat.status.mark_unseen(event.unseen)

    def on_message_action_requested(self, event: transcript.MessageActionRequested) -> None:
        """Something is to be done with a message."""
        from glmchat.tui.commands.actions import messages

        perform = messages.act_by_key if event.by_key else messages.act
        self.chat_app.perform(perform, event.id, event.action)

    def on_sibling_requested(self, event: transcript.SiblingRequested) -> None:
        """Another version of a message is wanted."""
        from glmchat.tui.commands.actions import messages

        self.chat_app.perform(messages.show_sibling, event.id, event.step)

    def on_message_selected(self, event: transcript.MessageSelected) -> None:
        """Another message is selected: its thought is shown."""
        from glmchat.tui.commands.actions import messages

        self.chat_app.perform(messages.selected, event.id)

    def on_thinking_folded(self, event: ThinkingFolded) -> None:
        """The thinking panel was folded or opened by hand."""
        if (presenter := self.chat_app.presenter) is not None:
            presenter.thinking.folded(event.folded)

    def on_answer_now_requested(self, event: AnswerNowRequested) -> None:
        """The thought is to end."""
        self.chat_app.run_command("answer-now")

    # -- find

    def on_find_bar_wanted(self, event: FindBar.Wanted) -> None:
        """Other words are to be found."""
        from glmchat.tui.commands.actions import view

        self.chat_app.perform(view.find_words, event.words)

    def on_find_bar_stepped(self, event: FindBar.Stepped) -> None:
        """Another place is to be shown."""
        if (presenter := self.chat_app.presenter) is not None:
            presenter.finder.step(event.step)

    async def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        """Finding is done."""
        if (presenter := self.chat_app.presenter) is not None:
            await presenter.finder.close()
