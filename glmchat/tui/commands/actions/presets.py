"""The picker of presets: take one, keep the current values as one, forget one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.dispatch import presenter_of
from glmchat.tui.screens.presets import PresetsScreen
from glmchat.workspace.slash import tune

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def choose(app: ChatApp) -> None:
    """Open the picker."""
    workspace = presenter_of(app).workspace
    session = workspace.current
    app.push_screen(
        PresetsScreen(
            workspace.presets,
            session.values.plain(),
            session.system,
            workspace.tuning.preset_values,
            take=lambda name: app.perform(take, name),
            keep=lambda name: app.perform(keep, name),
            forget=lambda name: app.perform(forget, name),
        )
    )


def take(app: ChatApp, name: str) -> None:
    """Take a preset's values."""
    app.say(tune.preset(presenter_of(app).workspace, name))


async def keep(app: ChatApp, name: str) -> None:
    """Keep the current values and system prompt as a preset."""
    place = await presenter_of(app).workspace.tuning.save_preset(name)
    _show(app)
    app.say(
        f"The preset {name} is saved in {place}."
        if place
        else f"The preset {name} is saved for this run only."
    )


async def forget(app: ChatApp, name: str) -> None:
    """Forget one of the person's own presets."""
    await presenter_of(app).workspace.tuning.delete_preset(name)
    _show(app)
    app.say(f"The preset {name} is deleted.")


def _show(app: ChatApp) -> None:
    if isinstance(app.screen, PresetsScreen):
        app.screen.show(presenter_of(app).workspace.presets)
