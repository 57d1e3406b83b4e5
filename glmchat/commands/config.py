"""``glmchat config``: where the settings are, a file to begin with, its mistakes, and what holds."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.target import config_path, settings_of, target_of
from glmchat.commands.terminal import complain, say, show, table
from glmchat.commands.verbs import pick
from glmchat.config import Mistake, reading
from glmchat.config.credentials import ENVIRONMENT, Credentials, CredentialsError
from glmchat.config.rows import rows_of
from glmchat.config.values import Provider, Settings
from glmchat.core import parameters
from glmchat.core.catalogue import DEMO
from glmchat.support import paths, toml
from glmchat.support.secret_names import is_secret_name
from glmchat.support.text_files import read_text

HIDDEN = "***"


def run(call: Call) -> int:
    """Run one verb of ``glmchat config``; raises UsageError and CommandError."""
    return pick(call, {"path": _path, "init": _init, "check": _check, "show": _show})(call)


def _path(call: Call) -> int:
    """The config file's path alone on standard output, for scripts; the other places beside it."""
    show(str(paths.needed(config_path(call))))
    places = {
        "credentials": paths.credentials_file(),
        "themes": paths.themes_dir(),
        "history": paths.database_file(),
        "state": paths.state_dir(),
        "cache": paths.cache_dir(),
    }
    shown = {
        name: "none, for HOME is not set" if paths.is_nowhere(place) else place
        for name, place in places.items()
    }
    complain("\n".join(f"{name.ljust(12)} {place}" for name, place in shown.items()))
    return Exit.OK


def _init(call: Call) -> int:
    from glmchat.config.example import example

    path = paths.needed(config_path(call))
    try:
        if path.is_symlink() or path.exists():
            raise UsageError(f"{path} is there already and stays as it is. Move it away first, or edit it.")
        paths.write_private(path, example())
    except OSError as error:
        raise CommandError(f"The config file {path} cannot be written: {error.strerror}.") from None
    show(f"Wrote {path}. Every key in it is commented out; take the # away where you want something else.")
    return Exit.OK


def _check(call: Call) -> int:
    path = paths.needed(config_path(call))
    try:
        settings = reading.load(path, required=call.given("config") is not None)
        mistakes = _later_mistakes(settings)
    except reading.SettingsError as error:
        mistakes = error.mistakes
    for mistake in mistakes:
        say(str(mistake))
    if not mistakes:
        show(f"{path} has no mistakes." if path.exists() else f"There is no {path}; the defaults hold.")
    return Exit.USAGE if mistakes else Exit.OK


def _later_mistakes(settings: Settings) -> list[Mistake]:
    """What only the program finds wrong in values that are right by themselves: names, and files of certificates."""
    from glmchat.api.endpoint import Trust
    from glmchat.api.network import certificates
    from glmchat.tui.commands.registry import keymap

    found: list[tuple[tuple[str, ...], str]] = []
    if settings.chat.provider not in settings.providers:
        known = ", ".join(settings.providers)
        found.append((("chat", "provider"), f"chat.provider takes the name of a provider: {known}."))
    for name, row in settings.providers.items():
        trust = Trust(row.ca_file, row.client_cert_file, row.client_key_file)
        if trust != Trust() and (fault := certificates.fault_in(trust)):
            found.append((("providers", name, fault[0]), f"providers.{name}: {fault[1]}"))
    for name, keys in settings.keys.items():
        found += [(("keys", name), problem) for problem in keymap({name: keys}).problems]
    found_already = {sentence for _, sentence in found}
    found += [(("keys",), each) for each in keymap(settings.keys).problems if each not in found_already]
    source = read_text(settings.path) if found else ""
    return [Mistake(settings.path, toml.line_of(source, keys), keys, text) for keys, text in found]


def _show(call: Call) -> int:
    settings = settings_of(call)
    target = target_of(call, settings)
    parts = [
        "# no config file, for HOME is not set" if paths.is_nowhere(settings.path) else f"# {settings.path}",
        f"provider = {target.provider} ({target.row.base_url})",
        f"model = {target.model or 'not said'}",
        "",
        *_section("chat", settings.chat),
        *_section("screen", settings.screen),
        *(_section("budget", settings.budget) if settings.budget.limits else ()),
        *_parameters(target.values),
        "[providers]",
        _providers(settings, target.credentials),
    ]
    parts += [line for name, row in settings.providers.items() for line in _given(name, row)]
    parts += [f"\n[presets.{name}] {', '.join(preset.values)}" for name, preset in settings.presets.items()]
    parts += (
        ["\n[keys]", *(f"{name} = {', '.join(keys)}" for name, keys in settings.keys.items())]
        if settings.keys
        else []
    )
    show("\n".join(parts))
    for notice in target.notices:
        say(notice)
    return Exit.OK


def _section(title: str, section: Any) -> list[str]:
    rows = rows_of(type(section))
    shown = (
        f"{each.name} = {_shown(getattr(section, each.name))}"
        for each in fields(section)
        if each.name in rows
    )
    return [f"[{title}]", *shown, ""]


def _parameters(values: Any) -> list[str]:
    shown = [f"{name} = {parameters.BY_NAME[name].format(value)}" for name, value in values.items()]
    return ["[parameters]", *(shown or ["# none: nothing is sent, and the endpoint's own defaults hold"]), ""]


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _providers(settings: Settings, credentials: Credentials) -> str:
    rows = [
        (name, row.base_url, row.dialect, _key_state(credentials, name, row))
        for name, row in settings.providers.items()
    ]
    return table(rows, ("name", "base_url", "dialect", "key"))


def _key_state(credentials: Credentials, name: str, row: Provider) -> str:
    """In words, whether there is a key; never the key."""
    if name == DEMO:
        return "built in"
    if os.environ.get(ENVIRONMENT, "").strip():
        return f"from {ENVIRONMENT}"
    if row.api_key_command:
        return "from api_key_command"
    try:
        found = credentials.find(name, row, row.base_url)
    except CredentialsError as error:
        return str(error)
    return f"set ({HIDDEN})" if found else "none" if row.needs_key else "none, none needed"


def _given(name: str, row: Provider) -> list[str]:
    """What the config file says of a provider beside its address; secrets are not shown."""
    lines = []
    for key in sorted(row.given - {"base_url", "dialect"}):
        value = getattr(row, key)
        if isinstance(value, dict):
            value = {
                each: HIDDEN if key == "headers" or is_secret_name(each) else v for each, v in value.items()
            }
        elif key == "api_key_command":
            value = f"{value[0]} {HIDDEN}" if len(value) > 1 else value[0]
        lines.append(f"{name}.{key} = {value}")
    return lines
