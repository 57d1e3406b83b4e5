"""Settings written back into config.toml, with the user's comments and order kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from glmchat.config.reading import parse
from glmchat.config.values import PresetSettings
from glmchat.support import paths
from glmchat.support.text_files import NotText, read_text


def set_key(path: Path, keys: tuple[str, ...], value: Any) -> None:
    """Set one key, such as ``("screen", "theme")``; raises ValueError with what is allowed, or OSError."""
    document = _read(path)
    place: Any = document
    for key in keys[:-1]:
        if not isinstance(place.get(key), Mapping):
            place[key] = tomlkit.table(is_super_table=key in ("providers", "models", "presets"))
        place = place[key]
    place[keys[-1]] = _item(value)
    _write(path, document, keys)


def _item(value: Any) -> Any:
    """A value as it is written: a table on one line, so that it stays with the other keys of its section."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dict) and not isinstance(value, Item):
        table = tomlkit.inline_table()
        for name, each in value.items():
            table[name] = _item(each)
        return table
    return value


def unset_key(path: Path, keys: tuple[str, ...]) -> None:
    """Take one key or section out; one that is not there is no mistake. Raises ValueError or OSError."""
    document = _read(path)
    place: Any = document
    for key in keys[:-1]:
        place = place.get(key)
        if not isinstance(place, Mapping):
            return
    if isinstance(place, dict) and keys[-1] in place:
        del place[keys[-1]]
        _write(path, document, keys)


def set_preset(path: Path, name: str, preset: PresetSettings) -> None:
    """Keep a preset, in the place of one of the same name; raises ValueError or OSError."""
    said = {"about": preset.about or None, "system": preset.system}
    table = tomlkit.table()
    for key, value in {**said, **preset.values}.items():
        if value is not None:
            table[key] = value
    set_key(path, ("presets", name), table)


def _read(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(read_text(path))
    except (FileNotFoundError, NotADirectoryError):
        return tomlkit.document()
    except (TOMLKitError, NotText):
        raise ValueError(
            f"{path} cannot be changed, since it has mistakes; `glmchat config check` lists them."
        ) from None


def _write(path: Path, document: tomlkit.TOMLDocument, keys: tuple[str, ...]) -> None:
    text = tomlkit.dumps(document)
    for mistake in parse(text, path)[1]:
        together = min(len(mistake.keys), len(keys))
        if together and mistake.keys[:together] == keys[:together]:
            raise ValueError(mistake.sentence)
    paths.write_private(path, text)
