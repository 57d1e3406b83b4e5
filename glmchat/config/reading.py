"""config.toml -> Settings, with every mistake found at once: file, line, key, what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from glmchat.config import rows, toml_advice
from glmchat.config.values import SHIPPED, Budget, Chat, PresetSettings, Provider, Screen, Settings
from glmchat.core import parameters
from glmchat.core.catalogue import DEMO
from glmchat.core.depth import EFFORT, SETS, SWITCH
from glmchat.core.parameters import kind
from glmchat.support import paths, toml
from glmchat.support.address import host_of, is_loopback, path_of, place_of, split_secrets
from glmchat.support.suggestions import nearest
from glmchat.support.text_files import NotText, read_text

SECTIONS = ("chat", "screen", "parameters", "models", "providers", "presets", "keys", "budget")
_FILES = {"ca_file", "client_cert_file", "client_key_file"}
_STRUCTURED = (
    kind.Kind.FORMAT, kind.Kind.TOOLS, kind.Kind.TOKEN_MAP, kind.Kind.TOOL_CHOICE, kind.Kind.LABELS,
    kind.Kind.OBJECT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the config file; `keys` are empty and `line` None where the whole file is meant."""

    path: Path
    line: int | None
    keys: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.sentence}"


class SettingsError(ValueError):
    """The config file cannot be used; `mistakes` says why, one sentence each."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def load(path: Path, required: bool = False) -> Settings:
    """Read the config file; one that is not there gives the defaults unless `required`.

    Raises SettingsError with every mistake in it.
    """
    try:
        source = read_text(path)
    except (FileNotFoundError, NotADirectoryError):
        if not required:
            return Settings(path, providers=dict(SHIPPED))
        raise SettingsError([Mistake(path, None, (), "There is no such config file.")]) from None
    except NotText as error:
        raise SettingsError([Mistake(path, error.line, (), f"The config file {error}.")]) from None
    except OSError as error:
        sentence = f"The config file cannot be read: {error.strerror}."
        raise SettingsError([Mistake(path, None, (), sentence)]) from None
    settings, mistakes = parse(source, path)
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def parse(source: str, path: Path) -> tuple[Settings, list[Mistake]]:
    """Read the text of a config file; what is wrong keeps its default and is listed, in the order of the file."""
    try:
        document = toml.loads(source)
    except toml.NotToml as error:
        lines = source.split("\n")
        at = lines[error.line - 1] if error.line and error.line <= len(lines) else ""
        sentence = f"This is not TOML: {error}. {toml_advice.advice(str(error), at)}"
        return Settings(path, providers=dict(SHIPPED)), [Mistake(path, error.line, (), sentence)]
    reader = _Reader(path, source)
    settings = reader.settings(document)
    return settings, sorted(reader.mistakes, key=lambda mistake: mistake.line or 0)


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.source = source
        self.mistakes: list[Mistake] = []

    def wrong(self, keys: tuple[str, ...], sentence: str) -> None:
        self.mistakes.append(Mistake(self.path, toml.line_of(self.source, keys), keys, sentence))

    def settings(self, document: dict[str, Any]) -> Settings:
        for name in document:
            if name not in SECTIONS:
                known = ", ".join(f"[{section}]" for section in SECTIONS)
                self.wrong(
                    (name,),
                    f"There is no section [{name}].{nearest(name, SECTIONS)} The sections are {known}.",
                )
        models = self.each(document, "models", self.model)
        return Settings(
            self.path,
            Chat(**self.section(document, ("chat",), Chat)),
            Screen(**self.section(document, ("screen",), Screen)),
            self.values(self.table(document, ("parameters",)), ("parameters",)),
            {name: values for name, (values, _) in models.items()},
            {name: sets for name, (_, sets) in models.items() if sets},
            self.providers(document),
            self.each(document, "presets", self.preset),
            self.key_bindings(document),
            Budget(**self.section(document, ("budget",), Budget)),
        )

    def table(self, document: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        value = document.get(keys[-1], {})
        if isinstance(value, dict):
            return value
        self.wrong(keys, f"{'.'.join(keys)} must be a section: write [{'.'.join(keys)}] and its keys below.")
        return {}

    def each(
        self, document: dict[str, Any], section: str, read: Callable[[dict[str, Any], tuple[str, ...]], Any]
    ) -> dict[str, Any]:
        outer = self.table(document, (section,))
        return {name: read(self.table(outer, (section, name)), (section, name)) for name in outer}

    def section(self, document: dict[str, Any], keys: tuple[str, ...], kind: type[Any]) -> dict[str, Any]:
        return self.known(self.table(document, keys), keys, rows.rows_of(kind))

    def known(
        self, table: Mapping[str, Any], keys: tuple[str, ...], known: Mapping[str, rows.Row]
    ) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, value in table.items():
            dotted = ".".join((*keys, name))
            row = known.get(name)
            if row is None:
                self.wrong((*keys, name), self.unknown(dotted, name, known))
                continue
            try:
                out[name] = row.read(value)
            except rows.RefusedError as refused:
                self.wrong((*keys, name), f"{dotted} takes {refused}.")
        return out

    def unknown(self, dotted: str, name: str, known: Mapping[str, Any]) -> str:
        if name == "api_key":
            return (
                f"{dotted} is not taken: a key does not belong into the config file. "
                "Name a variable with api_key_env or a program with api_key_command, or let the chat store the key."
            )
        listed = ", ".join(known)
        return f"There is no key {dotted}.{nearest(name, known)} Here are allowed: {listed}."

    def values(self, table: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        """Values of request parameters by name."""
        out: dict[str, Any] = {}
        for name, value in table.items():
            row = parameters.BY_NAME.get(name)
            if row is None:
                self.wrong((*keys, name), self.unknown(".".join((*keys, name)), name, parameters.BY_NAME))
                continue
            try:
                out[name] = self.value(row, value)
            except kind.ValueRefused as refused:
                self.wrong((*keys, name), str(refused))
        return out

    def model(
        self, table: dict[str, Any], keys: tuple[str, ...]
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """A model's values, and those that hold where it is to think, or not to."""
        plain = {name: value for name, value in table.items() if name not in SETS}
        sets = {
            name: self.values(self.table(table, (*keys, name)), (*keys, name))
            for name in SETS
            if name in table
        }
        for name, values in sets.items():
            for wrong in (SWITCH, EFFORT):
                if values.pop(wrong, None) is not None:
                    sentence = f"{wrong} belongs into [{'.'.join(keys)}]: it chooses between the two sets."
                    self.wrong((*keys, name, wrong), sentence)
        return self.values(plain, keys), sets

    def value(self, row: parameters.Parameter, value: Any) -> Any:
        if row.kind in _STRUCTURED and isinstance(value, str):
            if value.startswith("@"):  # a relative file name starts at the directory of the config file
                value = "@" + str(self.path.parent / paths.expanded(value[1:]))
            return row.parse(value)
        return row.validate(value)

    def preset(self, table: dict[str, Any], keys: tuple[str, ...]) -> PresetSettings:
        own = rows.rows_of(PresetSettings)
        said = self.known({name: value for name, value in table.items() if name in own}, keys, own)
        values = self.values({name: value for name, value in table.items() if name not in own}, keys)
        return PresetSettings(**said, values=values)

    def providers(self, document: dict[str, Any]) -> dict[str, Provider]:
        out = dict(SHIPPED)
        outer = self.table(document, ("providers",))
        for name in outer:
            keys = ("providers", name)
            said = self.table(outer, keys)
            given = self.known(said, keys, rows.rows_of(Provider))
            if said is not outer[name]:
                continue  # not a table, which was reported above
            if name == DEMO:
                self.wrong(keys, f"providers.{DEMO} is the built-in model; it has nothing to set.")
            elif name not in SHIPPED and "base_url" not in said:
                self.wrong(
                    keys, f'providers.{name} needs a base_url, such as base_url = "http://127.0.0.1:8000/v1".'
                )
            else:
                out[name] = self.provider(name, keys, given)
        return out

    def provider(self, name: str, keys: tuple[str, ...], given: dict[str, Any]) -> Provider:
        from glmchat.api import dialect_rows, dialects
        from glmchat.api.endpoint import Endpoint

        if given.get("dialect") in SHIPPED:  # "as bigmodel does", say, which shares a row with another
            given = {**given, "dialect": SHIPPED[given["dialect"]].dialect}
        if "dialect" in given and given["dialect"] not in dialect_rows.BY_NAME:
            self.wrong(
                (*keys, "dialect"),
                f"{'.'.join(keys)}.dialect takes one of {', '.join(dialect_rows.BY_NAME)}.",
            )
            given = {key: value for key, value in given.items() if key != "dialect"}
        if "client_key_file" in given and "client_cert_file" not in given:
            sentence = f"{'.'.join(keys)}.client_key_file needs the certificate that it belongs to: client_cert_file."
            self.wrong((*keys, "client_key_file"), sentence)
        for each in _FILES & given.keys():
            given[each] = str(self.path.parent / paths.expanded(given[each]))
        row = SHIPPED.get(name) or Provider(dialect=dialects.dialect_for(given.get("base_url", "")))
        row = replace(row, **given, given=frozenset(given))
        base_url, secret = split_secrets(row.base_url)
        row = replace(row, base_url=base_url, secret_query=secret)
        try:
            dialects.of(Endpoint(name, row.base_url, row.dialect, overrides=row.overrides))
        except (TypeError, ValueError) as error:
            self.wrong((*keys, "overrides"), f"{'.'.join(keys)}.overrides cannot be used: {error}")
        return row

    def key_bindings(self, document: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for name, value in self.table(document, ("keys",)).items():
            try:
                out[name] = rows.keys(value)
            except rows.RefusedError as refused:
                self.wrong(("keys", name), f"keys.{name} takes {refused}.")
        return out


def provider_of_host(base_url: str, providers: Mapping[str, Provider]) -> str | None:
    """The name of the provider that a base URL belongs to by its host and port, None where it is nobody's.

    Of several at one place it is the one whose path is the longest that the base URL begins with, else the first.

    The usual ports of local servers prove nothing: a loopback address is known only where the config file gives it.
    """
    place = place_of(base_url)
    known = {
        name: row
        for name, row in providers.items()
        if "base_url" in row.given or not is_loopback(host_of(row.base_url))
    }
    here = [name for name, row in known.items() if place and place_of(row.base_url) == place]
    path = f"{path_of(base_url)}/"
    below = [name for name in here if path.startswith(f"{path_of(known[name].base_url)}/")]
    return (
        max(below, key=lambda name: len(path_of(known[name].base_url))) if below else next(iter(here), None)
    )
