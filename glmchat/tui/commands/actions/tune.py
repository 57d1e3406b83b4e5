"""The values of the next request, by slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glmchat.core.depth import SWITCH, UNSENT
from glmchat.core.parameters import BY_NAME, TABLE, Group
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.tui.widgets.prompt.slash import Offer
from glmchat.workspace.slash import tune

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def prefill(app: ChatApp, argument: str) -> None:
    """Begin the next reply; alone, take that back."""
    app.say(tune.prefill(presenter_of(app).workspace, argument))


def set_value(app: ChatApp, argument: str) -> None:
    """Set a parameter; alone, say what is sent."""
    app.say(tune.set_value(presenter_of(app).workspace, argument))


def unset(app: ChatApp, argument: str) -> None:
    """Send a parameter no more."""
    app.say(tune.unset(presenter_of(app).workspace, argument))


def reset(app: ChatApp) -> None:
    """Send no parameter any more."""
    app.say(tune.reset(presenter_of(app).workspace))


def undo(app: ChatApp) -> None:
    """Take the last change back."""
    app.say(tune.undo(presenter_of(app).workspace))


def redo(app: ChatApp) -> None:
    """Do the change again that was taken back."""
    app.say(tune.redo(presenter_of(app).workspace))


def preset(app: ChatApp, name: str) -> None:
    """Take a preset's values, or open the picker."""
    from glmchat.tui.commands.actions import presets

    if name:
        presets.take(app, name)
    else:
        presets.choose(app)


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
        app.say(tune.system(workspace, text))


def choose_value(app: ChatApp, name: str, value: Any, merge_key: str | None) -> None:
    """Take a value that the sidebar announced."""
    presenter_of(app).workspace.tuning.set_value(name, value, merge_key)


def clear_value(app: ChatApp, name: str, merge_key: str | None) -> None:
    """Send a parameter no more; the effort goes with the switch, for they are one control."""
    workspace = presenter_of(app).workspace
    if name == SWITCH:
        workspace.depths.choose(UNSENT, merge_key)
    else:
        workspace.tuning.unset(name, merge_key)


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
