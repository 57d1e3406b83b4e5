"""The tree of the conversation: go to a branch, delete one and bring it back, make a session of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Role
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter


async def tree(app: ChatApp) -> None:
    """Show all branches, and go to the message that is chosen."""
    from glmchat.tui.screens.tree import TreeScreen

    presenter = presenter_of(app)
    if not presenter.current.conversation.nodes:
        raise Refused("There is no tree yet: nothing was said in this session.")
    id = await app.ask(
        TreeScreen(
            presenter.workspace, lambda at, what: app.perform(act, at, what), app.chat.transcript.selected
        )
    )
    if id is not None:
        go_to(presenter, id)


def go_to(presenter: Presenter, id: int, offset: int = 0) -> None:
    """Read the branch that a message is on, and show the message."""
    conversation = presenter.current.conversation
    if id not in conversation.nodes:
        raise Refused("This message is not there any more.")
    if all(node.id != id for node in conversation.path()):
        presenter.workspace.tree.select(id)
    transcript = presenter.chat.transcript
    transcript.select_message(id)
    transcript.jump_to(id, offset)


async def act(app: ChatApp, id: int, what: str) -> None:
    """Do what the tree asks for."""
    from glmchat.tui.commands.actions.messages import QUESTIONS, confirmed
    from glmchat.tui.widgets.transcript import Act

    match what:
        case "delete":
            await delete(app, id)
        case "undelete":
            undelete(app)
        case "fork" if await confirmed(app, *QUESTIONS[Act.FORK]):
            presenter = presenter_of(app)
            presenter.keep_draft()
            await presenter.workspace.tree.fork(id)


async def delete_chosen(app: ChatApp) -> None:
    """Delete the branch from the selected message on, or from the last prompt on."""
    id = app.chat.transcript.selected or presenter_of(app).current.last_of(Role.USER)
    if id is None:
        raise Refused("There is nothing to delete yet.")
    await delete(app, id)


async def delete(app: ChatApp, id: int) -> None:
    """Delete a message and all that follows it, after asking; it can be brought back."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    presenter = presenter_of(app)
    conversation = presenter.current.conversation
    count = 1 + sum(1 for _ in conversation.walk(id))
    sentence = (
        "This message is taken out of the conversation."
        if count == 1
        else f"This message and the {count - 1} that follow it in any version are taken out of the conversation."
    )
    choices = (Choice("yes", "Delete it"), Choice("no", "Keep it"))
    if await app.ask(ConfirmScreen("Delete this branch?", sentence, choices)) != "yes":
        return
    before = len(conversation.nodes)
    presenter.workspace.tree.delete_branch(id)
    if len(conversation.nodes) < before:
        app.say("The branch is deleted. /undelete brings it back.")


def undelete(app: ChatApp) -> None:
    """Bring back the branch that was deleted last."""
    if not presenter_of(app).workspace.tree.undelete_branch():
        raise Refused("No branch of this session was deleted since it was opened.")
