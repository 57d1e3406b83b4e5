"""The values of the next request, by slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glmchat.core.parameters import BY_NAME, TABLE, Group, Parameter, find
from glmchat.support.suggestions import nearest
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.widgets.prompt.slash import Offer

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_WORDS = {"on": True, "off": False}


def toggle_reasoning(app: ChatApp, argument: str) -> None:
    """Turn thinking on or off for the next request, or send nothing about it."""
    workspace = presenter_of(app).workspace
    if argument in _WORDS:
        workspace.tuning.set_value("reasoning", _WORDS[argument])
    elif argument == "unset":
        workspace.tuning.unset("reasoning")
    elif argument:
        raise Refused(f"/think takes on, off or unset, not {argument!r}.")
    else:
        workspace.tuning.toggle_reasoning()


def row_of(name: str) -> Parameter:
    """A parameter by its name; refused with the nearest one where there is none."""
    try:
        return find(name)
    except KeyError:
        raise Refused(f"There is no parameter {name}.{nearest(name, BY_NAME)}") from None


def set_value(app: ChatApp, argument: str) -> None:
    """Set a parameter; alone, say what is sent."""
    presenter = presenter_of(app)
    name, _, text = argument.partition(" ")
    if not name:
        values = presenter.current.values.plain()
        shown = ", ".join(f"{row.name} {row.format(values[row.name])}" for row in TABLE if row.name in values)
        app.say(
            f"Sent with the next request: {shown}."
            if shown
            else "No parameter is sent; the API's defaults hold."
        )
        return
    row = row_of(name)
    if not text.strip():
        raise Refused(f"/set {row.name} needs a value: {row.allowed()}.")
    value = row.parse(text.strip())
    presenter.workspace.tuning.set_value(row.name, value)
    app.say(f"{row.name} is {row.format(value)} from the next request on.")


def unset(app: ChatApp, argument: str) -> None:
    """Send a parameter no more."""
    if not argument:
        raise Refused("/unset needs the name of a parameter. /reset unsets all of them.")
    row = row_of(argument)
    presenter_of(app).workspace.tuning.unset(row.name)
    app.say(f"{row.name} is not sent any more.")


def reset(app: ChatApp) -> None:
    """Send no parameter any more."""
    presenter_of(app).workspace.tuning.reset()
    app.say("No parameter is sent any more; /undo brings them back.")


def undo(app: ChatApp) -> None:
    """Take the last change back."""
    label = presenter_of(app).workspace.tuning.undo()
    app.say(f"Taken back: {label}." if label else "There is no change to take back.")


def redo(app: ChatApp) -> None:
    """Do the change again that was taken back."""
    label = presenter_of(app).workspace.tuning.redo()
    app.say(f"Done again: {label}." if label else "There is no change to do again.")


def preset(app: ChatApp, name: str) -> None:
    """Take a preset's values, or open the picker."""
    from glmchat.tui.commands.actions import presets

    if not name:
        presets.choose(app)
        return
    try:
        presets.take(app, name)
    except KeyError:
        workspace = presenter_of(app).workspace
        guess = nearest(name, [each.name for each in workspace.presets])
        raise Refused(f"There is no preset {name}.{guess}") from None


async def system(app: ChatApp, argument: str) -> None:
    """Set the system prompt, or open it in an editor."""
    workspace = presenter_of(app).workspace
    text: str | None = argument
    if not argument:
        from glmchat.tui.screens.editor import EditorScreen

        text = await app.ask(
            EditorScreen("The system prompt of this session", workspace.current.system, may_be_empty=True)
        )
    if text is not None:
        workspace.tuning.set_system(text.strip())
        app.say("The system prompt is set." if text.strip() else "There is no system prompt now.")


def choose_value(app: ChatApp, name: str, value: Any, merge_key: str | None) -> None:
    """Take a value that the sidebar announced."""
    presenter_of(app).workspace.tuning.set_value(name, value, merge_key)


def clear_value(app: ChatApp, name: str, merge_key: str | None) -> None:
    """Send a parameter no more."""
    presenter_of(app).workspace.tuning.unset(name, merge_key)


def reset_group(app: ChatApp, group: Group | None) -> None:
    """Send nothing of a group."""
    presenter_of(app).workspace.tuning.reset(group)


def parameter_offers(command: str, typed: str) -> list[Offer]:
    """Offer the parameters that begin so, for a slash command that takes more after the name."""
    return [
        Offer(f"/{command} {row.name} ", f"{row.name}  {row.allowed()}", row.help, complete=False)
        for row in TABLE
        if row.name.startswith(typed.lower().replace("-", "_"))
    ]


def complete_set(app: ChatApp, typed: str) -> list[Offer]:
    """Offer parameters, then the values of one that has a choice."""
    name, space, value = typed.partition(" ")
    if not space:
        return parameter_offers("set", name)
    row = BY_NAME.get(name)
    if row is None:
        return []
    choices = row.choices or (("on", "off") if row.kind.value == "switch" else ())
    return [Offer(f"/set {name} {each}", each) for each in choices if each.startswith(value)]


def complete_unset(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the parameters that are set."""
    values = presenter_of(app).current.values.plain()
    return [
        Offer(f"/unset {name}", name, BY_NAME[name].format(value))
        for name, value in values.items()
        if name.startswith(typed)
    ]


def complete_preset(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the presets."""
    presets = presenter_of(app).workspace.presets
    return [
        Offer(f"/preset {each.name}", each.name, each.about)
        for each in presets
        if each.name.startswith(typed)
    ]
