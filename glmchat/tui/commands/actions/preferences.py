"""The settings screen: what it lists, and what becomes of a change."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from glmchat.core.config_keys import PROVIDERS, ConfigKey, Keys, shown, typed
from glmchat.core.preferences import Preferences
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.commands.keys import display
from glmchat.tui.widgets.lists.choices import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace import ConfigStore
    from glmchat.workspace.dependencies import ConfigFile

_KEYBOARD = "keys"
# What is read once, when the program starts.
_AT_START = frozenset({"sessions_open", "parameters_open", "thinking_open", "pictures"})


class _Shown:
    """What the screen shows: the file as it was read last, and the commands with their keys."""

    def __init__(self, file: ConfigFile) -> None:
        from glmchat.tui.commands.registry import keymap

        self.file = file
        self.by_keys: Mapping[Keys, ConfigKey] = {each.keys: each for each in file.keys}
        self.keymap = keymap(file.bindings)

    def rows(self, section: Keys = ()) -> list[Row[Keys]]:
        """A row for each key of a section; without one, for all but the providers' own, and for each command."""
        if section:
            return [_row(each) for each in self.file.keys if each.section == section]
        return [
            *(_row(each) for each in self.file.keys if each.section[0] != PROVIDERS),
            *self._providers(),
            *self._commands(),
        ]

    def _providers(self) -> list[Row[Keys]]:
        rows: list[Row[Keys]] = []
        for section in dict.fromkeys(each.section for each in self.file.keys if each.section[0] == PROVIDERS):
            address = self.by_keys[(*section, "base_url")]
            changed = any(each.given for each in self.file.keys if each.section == section)
            name = ".".join(section)
            rows.append(Row(section, name, address.said, "•" if changed else "", "Providers", name))
        more: Row[Keys] = Row(
            (PROVIDERS,), "Add a provider …", "A name and an address of your own.", group="Providers"
        )
        return [*rows, more] if rows else []

    def _commands(self) -> list[Row[Keys]]:
        return [
            Row(
                (_KEYBOARD, command.name), f"Key: {command.title}", command.help,
                ", ".join(map(display, self.keymap.keys[command.name])) or "–",
                "Keys", f"keys.{command.name}",
            )
            for command in self.keymap.table
        ]  # fmt: skip

    def about(self, keys: Keys) -> str:
        """All there is to say of a row."""
        if keys[0] == _KEYBOARD:
            command = next(each for each in self.keymap.table if each.name == keys[1])
            default = ", ".join(map(display, command.keys)) or "no key"
            return f"keys.{command.name}: {command.help} By default: {default}."
        if keys == (PROVIDERS,):
            return "Any endpoint that takes OpenAI's chat completions can be one."
        if keys[0] == PROVIDERS and len(keys) == len((PROVIDERS, "name")):
            return f"Enter shows what is set for {keys[1]}. /key {keys[1]} stores its key."
        key = self.by_keys[keys]
        default = replace(key, value=key.default).said
        return f"{key.help} It takes {key.takes}. Default: {default}."


def _row(key: ConfigKey) -> Row[Keys]:
    group = key.section[0].capitalize() if len(key.section) == 1 else ""
    return Row(key.keys, key.name, key.help, key.said + (" •" if key.given else ""), group, key.name)


def _store(app: ChatApp) -> ConfigStore:
    return presenter_of(app).workspace.dependencies.config_store


async def _read(app: ChatApp) -> _Shown:
    try:
        return _Shown(await _store(app).read_settings())
    except ValueError as error:
        raise Refused(f"The settings cannot be shown. {error}") from None


async def show(app: ChatApp, section: Keys = ()) -> None:
    """Open the settings, or those of one section."""
    from glmchat.tui.screens.settings import SettingsScreen

    now = await _read(app)
    app.push_screen(
        SettingsScreen(
            section,
            now.file.path,
            now.rows(section),
            now.about,
            lambda keys: app.perform(change, keys),
            lambda keys: app.perform(restore, keys),
        )
    )


async def change(app: ChatApp, keys: Keys) -> None:
    """Change a setting: a switch is turned over, anything else is asked for; of a provider all its keys are shown."""
    from glmchat.tui.commands.actions import providers

    now = await _read(app)
    if keys == (PROVIDERS,):
        added = await providers.add(app, now.file, partial(_save, app))
        if added is not None:
            await show(app, added)
    elif keys in now.by_keys:
        await _change_value(app, now.by_keys[keys])
    elif keys[0] == PROVIDERS:
        await show(app, keys)
    else:
        await _change_key(app, now, keys[1])
    await _renew(app)


async def restore(app: ChatApp, keys: Keys) -> None:
    """Take a setting out of the file: its default holds again."""
    from glmchat.tui.commands.actions import providers

    now = await _read(app)
    if keys in now.by_keys:
        await _save(app, keys, None)
        _hold(app, now.by_keys[keys], now.by_keys[keys].default)
    elif keys[0] == PROVIDERS:
        await providers.remove(app, now.file, keys, partial(_save, app))
    else:
        await _save(app, keys, None)
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
        _hold(app, key, value)


async def _typed(app: ChatApp, key: ConfigKey) -> Any:
    """The value that is typed, None where it stays as it is."""
    from glmchat.tui.screens.line import LineScreen

    text = "" if key.secret else typed(key.value)
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
    """Write a setting into the file, None to take it out; refused where the file would not be right."""
    try:
        if value is None:
            await _store(app).unset_setting(keys)
        else:
            await _store(app).save_setting(keys, value)
    except ValueError as error:
        raise Refused(str(error)) from None


def _hold(app: ChatApp, key: ConfigKey, value: Any) -> None:
    """Let a new value hold from now on where that is possible, and say so where it is not."""
    name = key.keys[-1]
    if key.section == ("budget",):
        workspace = presenter_of(app).workspace
        workspace.limit(replace(workspace.dependencies.budget, **{name: value}))
    elif key.section[0] != PROVIDERS and name in {each.name for each in fields(Preferences)} - _AT_START:
        app.preferences = replace(app.preferences, **{name: value})
        presenter_of(app).workspace.prefer(app.preferences)
    else:
        app.say(f"{key.name} is {replace(key, value=value).said} from the next start on.")


async def _renew(app: ChatApp) -> None:
    """Show what holds now in every list of settings that is open."""
    from glmchat.tui.screens.settings import SettingsScreen

    open_ones = [each for each in app.screen_stack if isinstance(each, SettingsScreen)]
    if open_ones:
        now = await _read(app)
        for each in open_ones:
            each.show(now.rows(each.section), now.about)
