"""Commands on the conversation and its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.CHAT

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "stop", _IN, "Stop the reply", "Stops the running reply and keeps what came.",
        lambda app, _: actions.chat.stop(app), ("escape",), "stop", hint="stop",
    ),
    Command(
        "answer-now", _IN, "Answer now",
        "Ends the thought and asks again without thinking; the thought is kept in the history.",
        lambda app, _: actions.chat.answer_now(app), ("ctrl+g",), "answer",
    ),
    Command(
        "aside", _IN, "Ask aside",
        "Asks a question beside the conversation, which stays as it is; alone, it shows the last answer again.",
        lambda app, words: actions.aside.ask(app, words), (), "aside", "QUESTION", alone=True,
    ),
    Command(
        "retry", _IN, "Ask again",
        "Asks again for the selected or last reply; the one that is there is kept beside it.",
        lambda app, _: actions.chat.retry(app), (), "retry",
    ),
    Command(
        "continue", _IN, "Continue the reply",
        "Asks for the rest of the selected or last reply, where it was cut off.",
        lambda app, _: actions.chat.continue_reply(app), (), "continue",
    ),
    Command(
        "keep", _IN, "Keep the cut reply", "Accepts a reply that was cut off as it is.",
        lambda app, _: actions.chat.keep_part(app), (), "keep",
    ),
    Command(
        "take-thought", _IN, "Use the thought as the answer",
        "Makes the thought of a reply without an answer its answer; the reply as it came is kept beside it.",
        lambda app, _: actions.chat.take_thought(app), (), "take-thought",
    ),
    Command(
        "edit", _IN, "Edit a message",
        "Changes the selected message or your last one, and sends your own again; the old version is kept.",
        lambda app, _: actions.chat.edit_chosen(app), (), "edit",
    ),
    Command(
        "delete-branch", _IN, "Delete a branch",
        "Takes the selected message or your last one out of the conversation, with all that follows it.",
        lambda app, _: actions.branches.delete_chosen(app), (), "delete-branch",
    ),
    Command(
        "undelete-branch", _IN, "Bring back the deleted branch", "Brings back the branch that was deleted last.",
        lambda app, _: actions.branches.undelete(app), (), "undelete",
    ),
    Command(
        "tree", _IN, "Tree of the conversation",
        "Shows all branches as a graph, to go to one, delete one, or make a session of one.",
        lambda app, _: actions.branches.tree(app), ("f7",), "tree", hint="tree",
    ),
    Command(
        "results", _IN, "Answer a tool call", "Opens the calls that wait for a result, to answer or decline them.",
        lambda app, _: actions.chat.answer_tools(app), (), "results",
    ),
    Command(
        "copy-reply", _IN, "Copy the last reply", "Copies the text of the last reply as it was written.",
        lambda app, _: actions.chat.copy_reply(app), ("ctrl+y",), "copy",
    ),
    Command(
        "find", _IN, "Find in the conversation", "Finds words in the open conversation.",
        lambda app, words: actions.view.find(app, words), ("ctrl+f",), "find", "WORDS",
        hint="find",
    ),
    Command(
        "request", _IN, "Show the request",
        "Shows the exact request, what changed since the last one, and what is left out and why.",
        lambda app, _: actions.view.show_request(app), ("f4",), "request", hint="request",
    ),
    Command(
        "cost", _IN, "What was spent", "Shows what the branch, the session, the day and the month cost, by currency.",
        lambda app, _: actions.inspect.cost(app), (), "cost",
    ),
    Command(
        "balance", _IN, "Balance at the endpoint",
        "Asks the endpoint for the credit or balance there, and shows what it told of limits.",
        lambda app, _: actions.inspect.balance(app), (), "balance",
    ),
    Command(
        "lens", _IN, "Token lens",
        "Shows how likely each token of the selected or last reply was, and what the parameters make of the others.",
        lambda app, _: actions.lens.show(app), ("f6",), "lens", hint="lens",
    ),
    Command(
        "drop-oldest", _IN, "Drop the oldest turns",
        "Leaves the oldest turns out of requests that would overflow the context window, or stops doing so.",
        lambda app, words: actions.chat.drop_oldest(app, words), (), "drop", "on|off",
    ),
)  # fmt: skip
