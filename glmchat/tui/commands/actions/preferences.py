"""The settings screen: what it lists, and what becomes of a change."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from glmchat.core.config_keys import ConfigKey, shown
from glmchat.core.preferences import Preferences
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.commands.keys import display
from glmchat.tui.widgets.lists.choices import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace import ConfigStore
    from glmchat.workspace.dependencies import ConfigFile

Keys = tuple[str, ...]
_KEYBOARD = "keys"
# What is read once, when the program starts.
_AT_START = frozenset({"sessions_open", "parameters_open", "thinking_open"})


class _Shown:
    """What the screen shows: the file as it was read last, and the commands with their keys."""

    def __init__(self, app: ChatApp, file: ConfigFile) -> None:
        from glmchat.tui.commands.registry import keymap

        self.file = file
        self.by_keys: Mapping[Keys, ConfigKey] = {each.keys: each for each in file.keys}
        self.keymap = keymap(file.bindings)

    def rows(self) -> list[Row[Keys]]:
        """A row for each key of the file, then one for each command."""
        settings: list[Row[Keys]] = [
            Row(
                each.keys,
                each.name,
                each.help,
                shown(each.value) + (" •" if each.given else ""),
                name=each.name,
            )
            for each in self.file.keys
        ]
        commands: list[Row[Keys]] = [
            Row(
                (_KEYBOARD, command.name), f"Key: {command.title}", command.help,
                ", ".join(map(display, self.keymap.keys[command.name])) or "–",
                name=f"keys.{command.name}",
            )
            for command in self.keymap.table
        ]  # fmt: skip
        return [*settings, *commands]

    def about(self, keys: Keys) -> str:
        """All there is to say of a row."""
        if keys[0] == _KEYBOARD:
            command = next(each for each in self.keymap.table if each.name == keys[1])
            default = ", ".join(map(display, command.keys)) or "no key"
            return f"keys.{command.name}: {command.help} By default: {default}."
        key = self.by_keys[keys]
        return f"{key.help} It takes {key.takes}. Default: {shown(key.default)}."


def _store(app: ChatApp) -> ConfigStore:
    return presenter_of(app).workspace.dependencies.config_store


async def _read(app: ChatApp) -> _Shown:
    try:
        return _Shown(app, await _store(app).read_settings())
    except ValueError as error:
        raise Refused(f"The settings cannot be shown. {error}") from None


async def show(app: ChatApp) -> None:
    """Open the settings."""
    from glmchat.tui.screens.settings import SettingsScreen

    now = await _read(app)
    app.push_screen(
        SettingsScreen(
            now.file.path,
            now.rows(),
            now.about,
            lambda keys: app.perform(change, keys),
            lambda keys: app.perform(restore, keys),
        )
    )


async def change(app: ChatApp, keys: Keys) -> None:
    """Change a setting: a switch is turned over, anything else is asked for."""
    now = await _read(app)
    if keys[0] == _KEYBOARD:
        await _change_key(app, now, keys[1])
    else:
        await _change_value(app, now.by_keys[keys])
    await _renew(app)


async def restore(app: ChatApp, keys: Keys) -> None:
    """Take a setting out of the file: its default holds again."""
    now = await _read(app)
    await _save(app, keys, None)
    if keys[0] != _KEYBOARD:
        _hold(app, keys[1], now.by_keys[keys].default)
    await _renew(app)


async def _change_value(app: ChatApp, key: ConfigKey) -> None:
    if key.choices == (True, False):
        value: Any = not key.value
    elif key.keys == ("screen", "theme"):
        from glmchat.tui.commands.actions import view

        await view.theme(app, "")
        return
    elif key.choices:
        from glmchat.tui.screens.choose import ChooseScreen

        rows = [Row(each, shown(each)) for each in key.choices]
        value = await app.ask(ChooseScreen(key.name, rows, at=key.value))
    else:
        value = await _typed(app, key)
    if value is not None:
        await _save(app, key.keys, value)
        _hold(app, key.keys[1], value)


async def _typed(app: ChatApp, key: ConfigKey) -> Any:
    """The value that is typed, None where it stays as it is."""
    from glmchat.tui.screens.line import LineScreen

    text = "" if key.value is None else str(key.value)
    while True:
        given = await app.ask(LineScreen(key.name, text, placeholder=key.takes))
        if given is None or not given.strip():
            return None
        try:
            return key.read(given.strip())
        except ValueError as error:
            app.say(str(error), "warning")
            text = given


async def _change_key(app: ChatApp, now: _Shown, name: str) -> None:
    from glmchat.tui.commands.registry import keymap
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen
    from glmchat.tui.screens.settings import PressKeyScreen

    command = next(each for each in now.keymap.table if each.name == name)
    given = await app.ask(PressKeyScreen(command.title, now.keymap.keys[name]))
    if given is None:
        return
    keys = (given,) if given else ()
    clashes = set(keymap({**now.file.bindings, name: keys}).problems) - set(now.keymap.problems)
    if clashes:
        choices = (Choice("take", "Take it"), Choice("no", "Leave it as it is"))
        if await app.ask(ConfirmScreen(display(given), " ".join(sorted(clashes)), choices)) != "take":
            return
    await _save(app, (_KEYBOARD, name), keys)
    app.say(f"{command.title}: {display(given) if given else 'no key'} from the next start on.")


async def _save(app: ChatApp, keys: Keys, value: Any) -> None:
    try:
        if value is None:
            await _store(app).unset_setting(keys)
        else:
            await _store(app).save_setting(keys, value)
    except ValueError as error:
        raise Refused(str(error)) from None


def _hold(app: ChatApp, name: str, value: Any) -> None:
    """Let a new value hold from now on where that is possible, and say so where it is not."""
    if name in {each.name for each in fields(Preferences)} - _AT_START:
        app.preferences = replace(app.preferences, **{name: value})
        presenter_of(app).workspace.prefer(app.preferences)
        app.chat.prompt.edit_by(app.preferences.editing)
    else:
        app.say(f"{name} is {shown(value)} from the next start on.")


async def _renew(app: ChatApp) -> None:
    from glmchat.tui.screens.settings import SettingsScreen

    if isinstance(app.screen, SettingsScreen):
        now = await _read(app)
        app.screen.show(now.rows(), now.about)
