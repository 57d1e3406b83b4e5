"""What a comparison asks: variants by their names, what they cost, and how they are sent and shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from glmchat.core.conversation import Role
from glmchat.files.refused import FileRefused
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.comparisons import check_count
from glmchat.workspace.slash.compare import describe

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace import Variant
    from glmchat.workspace.comparison import Comparison

# -- before it is sent


def prompt_of(app: ChatApp, given: str) -> tuple[str, str]:
    """The prompt to send, empty to ask the last one again, and the words to show for it."""
    prompt = given or app.chat.prompt.whole().strip()
    if prompt:
        return prompt, prompt
    session = presenter_of(app).current
    last = session.last_of(Role.USER)
    if last is None:
        raise Refused("There is nothing to compare yet: write a prompt first, or put it after two dashes.")
    message = session.conversation.loaded.get(last)
    return "", message.content if message is not None else "your last message"


async def confirm(
    app: ChatApp, variants: list[Variant], given: str, repeats: int = 1, line: str = ""
) -> None:
    """Say what it costs, and send it where the person wants that; `line` is what was typed, and comes back."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    workspace = presenter_of(app).workspace
    with refusals():
        check_count(len(variants), repeats)
        workspace.comparisons.check_free()
    prompt, _ = prompt_of(app, given)
    sentence = describe(workspace, variants, prompt, repeats)
    choices = (Choice("send", "Send them"), Choice("no", "Send nothing"))
    if await app.ask(ConfirmScreen("Compare", sentence, choices)) == "send":
        await send(app, variants, prompt, repeats, line)
    else:
        _give_back(app, line)


def _give_back(app: ChatApp, line: str) -> None:
    """Put what was typed into the prompt again, unless something stands there."""
    if not app.chat.prompt.whole().strip():
        app.chat.prompt.put(line)


@contextmanager
def refusals() -> Iterator[None]:
    """Let the sentences that the workspace refuses a comparison with reach the person."""
    try:
        yield
    except ValueError as error:
        raise Refused(str(error)) from None


async def send(app: ChatApp, variants: list[Variant], prompt: str, repeats: int = 1, line: str = "") -> None:
    """Send the variants with what is attached as it is now, and show them side by side."""
    workspace = presenter_of(app).workspace
    if prompt:
        try:
            await workspace.attaching.read_again(workspace.current)
        except FileRefused as refused:
            _give_back(app, line or prompt)
            raise Refused(f"{refused} Nothing was sent; /files lists what is attached.") from None
    with refusals():
        comparison = workspace.comparisons.start(variants, prompt or None, repeats)
    if prompt:
        app.chat.prompt.recall.add(prompt)
        if app.chat.prompt.whole().strip() == prompt:
            app.chat.prompt.put("")
    await show(app, comparison)


async def _offer_missing(app: ChatApp, comparison: Comparison) -> None:
    """Where replies did not come before the program ended, offer to ask for them."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    comparisons = presenter_of(app).workspace.comparisons
    if comparison.session.runs or not (missing := comparisons.missing(comparison)):
        return
    sentence = f"{len(missing)} of {comparison.size} replies did not come. Ask for them?"
    choices = (Choice("ask", "Ask for them"), Choice("no", "Show what came"))
    if await app.ask(ConfirmScreen("Compare", sentence, choices)) == "ask":
        with refusals():
            comparisons.ask_missing(comparison)


async def show(app: ChatApp, comparison: Comparison) -> None:
    """Show a comparison, and go on with the reply that is picked."""
    from glmchat.tui.screens.compare import CompareScreen

    workspace = presenter_of(app).workspace
    conversation = comparison.session.conversation
    paths = [node.id for column in comparison.columns for node in conversation.path(column.prompt_id)]
    above = {node.id for node in conversation.path(comparison.prompt_id)[:-1]}
    there = comparison.ids & conversation.nodes.keys()
    await workspace.journal.need([*({*paths} - above), *there])
    await _offer_missing(app, comparison)
    for column in comparison.columns:
        column.shown = next((at for at in column.in_order() if comparison.asked(column.repeats[at])), -1)
    if any(column.shown < 0 for column in comparison.columns):
        workspace.comparisons.forget(comparison)
        raise Refused("Replies of the last comparison were deleted. /compare asks anew.")
    picked = await app.ask(CompareScreen(workspace, comparison))
    if picked is None:
        workspace.comparisons.leave(comparison)
        return
    number, take_values = picked
    column = comparison.columns[number]
    workspace.comparisons.pick(comparison, column, take_values)
    app.chat.prompt.focus()
    words = f"The conversation goes on with {column.variant.label}"
    app.say(f"{words}, and with its settings." if take_values else f"{words}. The settings are as they were.")
