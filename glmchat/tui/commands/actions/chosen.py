"""Which message a command is about: the one that is selected, else the last that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Message, Role
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.workspace.slash import replies

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter


def selected(app: ChatApp, role: Role) -> int | None:
    """The selected message if it is on the branch and its role is this one."""
    picked = app.chat.transcript.selected
    path = presenter_of(app).current.conversation.path()
    return next((node.id for node in path if node.id == picked and node.role is role), None)


def chosen(app: ChatApp, role: Role) -> Message:
    """The selected message if its role is this one, else the last such one; refused where there is none."""
    return replies.last_of(presenter_of(app).current, role, selected(app, role))


def to_ask_again(app: ChatApp) -> int:
    """The selected reply, else what the branch ends with: the last reply, or a question that has none."""
    return replies.to_ask_again(presenter_of(app).current, selected(app, Role.ASSISTANT))


def last_reply(presenter: Presenter) -> Message:
    """The last reply of the branch that has ended; refused where there is none."""
    return replies.last_reply(presenter.current)


def chosen_reply(app: ChatApp) -> int:
    """The selected reply, else the last one that has ended; refused where there is none."""
    return selected(app, Role.ASSISTANT) or last_reply(presenter_of(app)).id
