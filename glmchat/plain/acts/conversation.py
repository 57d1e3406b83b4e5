"""The conversation: ask again, go on, change, branch, answer tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Role
from glmchat.core.refused import Refused
from glmchat.files.refused import FileRefused
from glmchat.plain import words
from glmchat.support.text import safe_line
from glmchat.workspace.slash import replies
from glmchat.workspace.slash.request import report

if TYPE_CHECKING:
    from glmchat.plain.command import Chat

_HEAD = 60


def retry(chat: Chat, argument: str) -> None:
    """Ask again for the last reply, or for a question that has none; `anyway` beyond what the budget allows."""
    if argument not in ("", "anyway"):
        raise Refused(f"/retry takes anyway, which goes beyond the budget, not {argument!r}.")
    again = chat.workspace.replies.retry_over_budget if argument else chat.workspace.replies.retry
    again(replies.to_ask_again(chat.session))


def go_on(chat: Chat, _: str) -> None:
    """Ask for the rest of the last reply."""
    replies.go_on(chat.workspace, replies.last_of(chat.session, Role.ASSISTANT))


def keep(chat: Chat, _: str) -> str:
    """Take a reply that was cut off as it is."""
    replies.keep_part(chat.workspace, replies.last_of(chat.session, Role.ASSISTANT))
    return "The reply counts as complete."


def take_thought(chat: Chat, _: str) -> str:
    """Take the thought of the last reply as its answer."""
    replies.take_thought(chat.workspace, replies.last_of(chat.session, Role.ASSISTANT))
    return "The thought is the answer now."


async def edit(chat: Chat, text: str) -> str | None:
    """Change the last prompt and send it again; the new text follows the command, or is asked for."""
    message = replies.last_of(chat.session, Role.USER)
    if not text:
        text = await chat.console.ask("Edit: ", message.content) or ""
    if not text.strip() or text == message.content:
        return "The message stays as it is."
    chat.workspace.tree.edit(message.id, text)
    return None


def delete_branch(chat: Chat, _: str) -> str:
    """Take the last prompt out of the conversation, with all that follows it."""
    message = replies.last_of(chat.session, Role.USER)
    chat.workspace.tree.delete_branch(message.id)
    return f"Your message “{_head(message.content)}” and what follows it are deleted. /undelete brings them back."


def undelete(chat: Chat, _: str) -> str:
    """Bring back the branch that was deleted last."""
    if not chat.workspace.tree.undelete_branch():
        raise Refused("No branch of this session was deleted since it was opened.")
    return "The branch is back."


async def tree(chat: Chat, number: str) -> str | None:
    """List the branches by what they end with, or go on with the one that is named by its number."""
    conversation = chat.session.conversation
    ends = words.branches(conversation)
    if not ends:
        raise Refused("There is no tree yet: nothing was said in this session.")
    if number:
        place = int(number) if number.isascii() and number.isdigit() else 0
        if not 1 <= place <= len(ends):
            raise Refused(f"/tree takes the number of a branch, 1 to {len(ends)}, not {number!r}.")
        chat.workspace.tree.select(ends[place - 1])
        await show(chat, "")
        return None
    await chat.workspace.journal.need(ends)
    for place, id in enumerate(ends, 1):
        message = conversation.loaded[id]
        mark = " (this one)" if id == conversation.leaf_id else ""
        length = len(conversation.path(id))
        chat.console.say(
            f"{place}. {words.speaker(message)}, {length} messages{mark}: {_head(message.content)}"
        )
    return "/tree NUMBER goes on with a branch." if len(ends) > 1 else None


async def results(chat: Chat, text: str) -> str | None:
    """Give the results of the calls that wait: asked for one by one, or the one that follows the command."""
    calls = chat.session.open_calls()
    if not calls:
        raise Refused("No tool call waits for a result.")
    for call in calls:
        chat.console.say(f"{call.name} with {call.arguments}")
        given: str | None = text
        if not text:
            given = await chat.console.ask("Result (empty declines it): ")
        if given is None:
            return "The calls that are left wait; /results goes on."
        chat.workspace.replies.give_tool_result(call.id, given or None)
        if text:
            break
    return None


async def request(chat: Chat, text: str) -> None:
    """Show the request that would be sent now, with the text that follows as its prompt."""
    chat.console.say(report(await chat.workspace.requests.preview(text), None))


async def show(chat: Chat, _: str) -> None:
    """Print the conversation."""
    path = chat.session.conversation.path()
    await chat.workspace.journal.need([node.id for node in path])
    for node in path:
        chat.scribe.show(chat.session.conversation.loaded[node.id])


async def attach(chat: Chat, name: str) -> str:
    """Attach a file to the next prompt, or those of a directory or a pattern."""
    if not name:
        raise Refused("/file needs the path of a file or a directory.")
    try:
        gathered = await chat.workspace.attaching.gather(name)
        if gathered is not None:
            chat.workspace.attaching.add_all(gathered.taken, chat.session)
            took = safe_line(f"Attached: {gathered.line}. {gathered.rest}").rstrip()
            return f"{took} They go with the next prompt; /files none takes them off."
        chosen = await chat.workspace.attaching.choose(name)
    except FileRefused as refused:
        raise Refused(str(refused)) from None
    return f"Attached: {safe_line(chosen.attached.attachment.line)}. It goes with the next prompt."


async def fetch(chat: Chat, address: str) -> str:
    """Attach the text of a page of the web to the next prompt."""
    if not address:
        return "Write the address of a page after it: /fetch https://example.org/page"
    try:
        chosen = await chat.workspace.attaching.fetch(address)
    except FileRefused as refused:
        raise Refused(str(refused)) from None
    return f"Attached: {safe_line(chosen.attached.attachment.line)}. It goes with the next prompt."


def attached(chat: Chat, argument: str) -> str:
    """List what is attached, or take all of it off."""
    if argument not in ("", "none"):
        raise Refused(f"/files takes none, which takes all files off, not {argument!r}.")
    here = list(chat.session.attached)
    if argument:
        for each in here:
            chat.workspace.attaching.take_off(each.id)
        return "Nothing is attached."
    for each in here:
        chat.console.say(safe_line(each.attached.attachment.line))
    return "/files none takes them off." if here else "Nothing is attached. /file PATH attaches a file."


def thinking(chat: Chat, argument: str) -> str:
    """Print thoughts from now on, or no more."""
    if argument not in ("", "on", "off"):
        raise Refused(f"/thinking takes on or off, not {argument!r}.")
    chat.scribe.shows_thought = argument == "on" if argument else not chat.scribe.shows_thought
    return "Thoughts are printed." if chat.scribe.shows_thought else "Thoughts are kept and not printed."


def _head(text: str) -> str:
    line = " ".join(safe_line(text).split())
    return line if len(line) <= _HEAD else line[: _HEAD - 1] + "…"
