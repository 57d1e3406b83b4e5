"""The request as code, and what the endpoint really does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core import attachments
from glmchat.support.text import fence, literal, safe_line
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.slash.endpoint import check_line

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer


async def code(app: ChatApp, argument: str) -> None:
    """Show the request that would be sent now as code, in a form that is named or chosen."""
    from glmchat import snippets
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.screens.report import ReportScreen
    from glmchat.tui.widgets.lists.choices import Row

    presenter = presenter_of(app)
    name, *rest = argument.split() or [""]
    if not name:
        rows = [Row(form.name, form.title, tail=form.name) for form in snippets.FORMS]
        chosen = await app.ask(ChooseScreen("The request as code", rows))
        if chosen is None:
            return
        name = chosen
    preview = await presenter.workspace.requests.preview(app.chat.prompt.whole())
    endpoint = presenter.current.endpoint
    try:
        form = snippets.find(name)
        text = snippets.render(
            form.name, preview.url, preview.body, headers=endpoint.headers, stream="stream" in rest
        )
    except snippets.SnippetError as error:
        raise Refused(str(error)) from None
    where = "The key is read from GLMCHAT_API_KEY when it runs."
    page = "\n".join([where, "", fence(attachments.cut_addresses(text.rstrip("\n")), form.language)])
    await app.ask(ReportScreen(f"The request in {form.title}", page, text, form.language))


async def cost(app: ChatApp) -> None:
    """Show what was spent."""
    from glmchat.tui.screens.report import ReportScreen
    from glmchat.workspace.slash import costs

    text = "\n".join(await costs.cost(presenter_of(app).workspace))
    await app.ask(ReportScreen("What was spent", literal(text), text))


async def balance(app: ChatApp) -> None:
    """Ask what is left at the endpoint, and show it."""
    from glmchat.tui.screens.report import ReportScreen
    from glmchat.workspace.slash import balance

    workspace = presenter_of(app).workspace
    screen = ReportScreen("What is left", "Asking…")
    app.push_screen(screen)
    app.inputs.let_go()
    try:
        lines = await balance.balance(workspace)
    except Refused as refused:
        lines = [str(refused)]
    screen.show_text(literal("\n".join(lines)))


def complete_code(_: ChatApp, typed: str) -> list[Offer]:
    """Offer the forms that begin so."""
    from glmchat.snippets import FORMS
    from glmchat.tui.widgets.prompt.slash import Offer

    return [
        Offer(f"/code {form.name}", form.name, form.title) for form in FORMS if typed.lower() in form.name
    ]


async def check(app: ChatApp) -> None:
    """Ask the endpoint what it really does, after saying what that costs."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen
    from glmchat.tui.screens.report import ReportScreen

    workspace = presenter_of(app).workspace
    session = workspace.current
    work = workspace.requests.check()
    title = f"Check {safe_line(session.model.wire_id)} at {safe_line(session.endpoint.title)}"
    known = workspace.models.learned_of(session).sentences()
    sentence = " ".join([work.announcement(), *(["Known so far:", *known] if known else [])])
    choices = [Choice("ask", "Ask the questions")]
    if known:
        choices.append(Choice("forget", "Forget what is known, and ask nothing"))
    wish = await app.ask(ConfirmScreen(title, safe_line(sentence), choices))
    if wish == "forget":
        workspace.models.forget()
        app.say("Forgotten. The next requests are sent as they are set.")
    if wish != "ask":
        return
    screen = ReportScreen(title, "Asking…")
    app.push_screen(screen)
    app.inputs.let_go()
    lines: list[str] = []
    async for answer in work.run():
        lines.append(f"- {check_line(answer, strong='**')}")
        screen.show_text("\n".join(lines))
    workspace.models.remember(session, work.together_with(workspace.models.learned_of(session)))
    learned = [f"- {safe_line(line)}" for line in workspace.models.learned_of(session).sentences()]
    known = ["", "**Learned** (run /check again to forget it)", "", *learned] if learned else []
    screen.show_text(
        "\n".join([*lines, *known, "", "What this endpoint does not take is greyed out in the sidebar."])
    )
