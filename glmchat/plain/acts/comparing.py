"""One question asked several ways: the replies stand below each other, each whole, in the order of the variants."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from glmchat.core.refused import Refused
from glmchat.support.text import safe_line
from glmchat.workspace.comparisons import check_count
from glmchat.workspace.slash.compare import compared, describe, is_alone, swept, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glmchat.plain.command import Chat
    from glmchat.workspace import Variant
    from glmchat.workspace.comparison import Column, Comparison
    from glmchat.workspace.slash.compare import Wanted


async def sweep(chat: Chat, argument: str) -> str:
    """Ask with several values of one parameter."""
    given = wanted(argument)
    row, variants = swept(chat.workspace, given)
    if not variants:
        raise Refused(f"/sweep {row.name} needs values; it takes {row.allowed()}.")
    return await _ask(chat, variants, given)


async def compare(chat: Chat, argument: str) -> str:
    """Ask several ways; without words, print the last comparison again."""
    given = wanted(argument)
    if not is_alone(given):
        variants = compared(chat.workspace, given.words)
        if not variants:
            raise Refused(f"/compare {given.words[0]} needs their names; Tab offers them.")
        return await _ask(chat, variants, given)
    last = _last(chat)
    if await _ask_missing(chat, last):
        return _closing(last)
    for name, _, id in _numbered(last):
        if id in last.session.conversation.nodes:
            await chat.workspace.journal.need([id], last.session)
            chat.scribe.show(last.session.conversation.loaded[id], name)
    return _closing(last)


async def _ask_missing(chat: Chat, last: Comparison) -> bool:
    """Where replies did not come before the program ended, offer to ask for them, and print all when they are there."""
    comparisons = chat.workspace.comparisons
    missing = len(comparisons.missing(last))
    if not missing or not chat.console.asks:
        return False
    question = f"{missing} of {last.size} replies did not come. Ask for them?"
    if await chat.console.choose(question, ("yes", "no")) != "yes":
        return False
    chat.scribe.hold()
    try:
        with _refusals():
            comparisons.ask_missing(last)
        await chat.follow()
    finally:
        chat.scribe.let_go()
    for name, _, id in _numbered(last):
        await chat.workspace.journal.need([id], last.session)
        chat.scribe.show(last.session.conversation.loaded[id], name)
    return True


async def pick(chat: Chat, argument: str) -> str:
    """Go on with one reply of the last comparison, and with its settings where that is said."""
    number, _, more = argument.partition(" ")
    if more.strip() not in ("", "settings"):
        raise Refused(f"After the number /pick takes settings, not {more.strip()!r}.")
    last = _last(chat)
    found = next((each for each in _numbered(last) if each[0].partition(":")[0] == number), None)
    if found is None:
        raise Refused(f"/pick takes the number of a reply, such as /pick 1, not {number!r}.")
    _, column, id = found
    if not any(each.message_id == id and last.asked(each) for each in column.repeats):
        raise Refused("This reply is not there any more.")
    column.shown = next(at for at, each in enumerate(column.repeats) if each.message_id == id)
    chat.workspace.comparisons.pick(last, column, bool(more))
    with_what = ", and with its settings" if more else "; the settings are as they were"
    return f"The conversation goes on with {safe_line(column.variant.label)}{with_what}."


async def _ask(chat: Chat, variants: list[Variant], given: Wanted) -> str:
    workspace = chat.workspace
    with _refusals():
        check_count(len(variants), given.repeats)
        workspace.comparisons.check_free()
    about = describe(workspace, variants, given.prompt, given.repeats)
    costs = not all(each.endpoint.demo for each in variants)
    if costs and chat.console.asks:
        if await chat.console.choose(f"{about} Send them?", ("yes", "no")) != "yes":
            return "Nothing was sent."
    else:
        chat.console.say(about)
    if given.prompt:
        await workspace.attaching.read_again(chat.session)
    chat.scribe.hold()
    try:
        with _refusals():
            comparison = workspace.comparisons.start(variants, given.prompt or None, given.repeats)
        chat.scribe.expect([(name, id) for name, _, id in _numbered(comparison)])
        await chat.follow()
    finally:
        chat.scribe.let_go()
    workspace.comparisons.leave(comparison)
    return _closing(comparison)


def _last(chat: Chat) -> Comparison:
    last = chat.workspace.comparisons.last()
    if last is None:
        raise Refused(
            "Nothing was compared in this session yet: /compare reasoning, or /sweep temperature 0 1."
        )
    return last


def _numbered(comparison: Comparison) -> list[tuple[str, Column, int]]:
    """Each reply with its number and what tells it apart, its column, and the message that it is."""
    return [
        (
            f"{place}.{time}: {label}" if len(column.repeats) > 1 else f"{place}: {label}",
            column,
            each.message_id,
        )
        for place, column in enumerate(comparison.columns, 1)
        for label in [safe_line(column.variant.label)]
        for time, each in enumerate(column.repeats, 1)
    ]


def _closing(comparison: Comparison) -> str:
    """Which replies say the same, and how to go on with one."""
    numbers: dict[str, list[str]] = {}
    for name, _, id in _numbered(comparison):
        message = comparison.session.conversation.loaded.get(id)
        if message is not None and message.content:
            numbers.setdefault(message.content, []).append(name.partition(":")[0])
    alike = [f"{', '.join(each)} say the same." for each in numbers.values() if len(each) > 1]
    how = "/pick NUMBER goes on with a reply, /pick NUMBER settings takes its settings too."
    return " ".join((*alike, how))


@contextmanager
def _refusals() -> Iterator[None]:
    """Let the sentences that the workspace refuses a comparison with reach the person."""
    try:
        yield
    except ValueError as error:
        raise Refused(str(error)) from None
