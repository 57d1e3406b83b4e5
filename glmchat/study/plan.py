"""What a study asks: prompts, variants, repeats, limits and checks, read from one TOML file."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from glmchat.core import parameters
from glmchat.core.parameters.kind import ValueRefused

_KEYS = ("name", "prompts", "repeats", "seed", "system", "variants", "limits", "checks")
_VARIANT = ("name", "provider", "model", "system", "values")
_LIMITS: Mapping[str, float] = {"concurrency": 4, "per_minute": 0, "cost": 0, "seconds": 0}
# What each kind of check takes besides its kind and a name.
CHECKS: Mapping[str, str] = {
    "contains": "text", "equals": "text", "regex": "pattern", "schema": "schema", "command": "command",
    "judge": "rubric",
}  # fmt: skip
_MOST = 1_000_000


class StudyError(ValueError):
    """A study's file cannot be used; the text says what is wrong with which key, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of asking: values by parameter name, and where it differs from the study the model and its provider."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    provider: str | None = None
    model: str | None = None
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A test that each reply passes or not: its kind, its name in the tables, and what the kind takes.

    A judge may be another model than the first variant's, and at another provider.
    """

    name: str
    kind: str
    wanted: Any
    model: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a study: which prompt, which variant, which repeat, and what is sent."""

    prompt: int
    variant: Variant
    repeat: int
    text: str
    values: Mapping[str, Any]
    copy: tuple[int, int] = (
        0,
        0,
    )  # how often the same prompt, and the same variant under another name, came before

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages as the wire has them."""
        before = [{"role": "system", "content": self.variant.system}] if self.variant.system else []
        return [*before, {"role": "user", "content": self.text}]

    @property
    def key(self) -> str:
        """What this request is known by: the same for as long as the same is asked."""
        variant = self.variant
        what: list[object] = [variant.provider, variant.model, self.messages, dict(self.values), self.repeat]
        what += [self.copy] if any(self.copy) else []
        return sha256(json.dumps(what, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Plan:
    """A study as its file has it."""

    name: str
    prompts: tuple[str, ...]
    variants: tuple[Variant, ...]
    repeats: int = 1
    seed: int | None = None
    limits: Mapping[str, float] = field(default_factory=lambda: dict(_LIMITS))
    checks: tuple[Check, ...] = ()

    @property
    def size(self) -> int:
        """How many requests it makes."""
        return len(self.prompts) * len(self.variants) * self.repeats

    def asks(self) -> Iterator[Ask]:
        """All requests, a prompt after the other; seed s gives s, s+1, and so on, no seed sends none."""
        same = _copies([replace(variant, name="") for variant in self.variants])
        again = _copies(self.prompts)
        for number, text in enumerate(self.prompts):
            for repeat in range(self.repeats):
                for variant, copy in zip(self.variants, same, strict=True):
                    first = variant.values.get("seed", self.seed)
                    seed = {} if first is None else {"seed": first + repeat}
                    values = {**variant.values, **seed}
                    yield Ask(number, variant, repeat, text, values, (again[number], copy))


def _copies(things: Sequence[object]) -> list[int]:
    """How often the same came before each of some things."""
    seen: Counter[str] = Counter()
    out = []
    for each in map(repr, things):
        out.append(seen[each])
        seen[each] += 1
    return out


def read(path: Path) -> Plan:
    """Read a study's file; raises StudyError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(
            f"The study {path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path} is no TOML: {error}.") from None
    _known(data, _KEYS, "a study")
    prompts = _prompts(data.get("prompts"), path.parent)
    repeats = _number(data, "repeats", 1, 1)
    seed = None if "seed" not in data else _number(data, "seed", 0, 0)
    system = _text(data.get("system", ""), "system") or None
    rows = data.get("variants", [{}])
    if not isinstance(rows, list) or not rows:
        raise StudyError("variants is a list of tables: write [[variants]] before each.")
    variants = tuple(_variant(row, number, system) for number, row in enumerate(rows, 1))
    names = [variant.name for variant in variants]
    if len(set(names)) < len(names):
        raise StudyError(f"Two variants have the same name: {', '.join(names)}. Give each its own.")
    name = _text(data.get("name", path.stem), "name")
    plan = Plan(
        name,
        prompts,
        variants,
        repeats,
        seed,
        _limits(data.get("limits", {})),
        _checks(data.get("checks", [])),
    )
    if plan.size > _MOST:
        raise StudyError(f"This study has {plan.size:,} requests; at most {_MOST:,} are taken.")
    return plan


def _known(table: Any, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(table, dict):
        raise StudyError(f"{where} must be a table of {', '.join(keys)}.")
    for key in table:
        if key not in keys:
            raise StudyError(f"There is no {key!r} in {where}; there are {', '.join(keys)}.")


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise StudyError(f"{key} must be a text, not {value!r}.")
    return value


def _number(table: Mapping[str, Any], key: str, otherwise: int, least: int) -> int:
    value = table.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise StudyError(f"{key} must be a whole number from {least} on, not {value!r}.")
    return value


def _prompts(given: Any, folder: Path) -> tuple[str, ...]:
    if isinstance(given, str):
        found = _prompts_of_file(folder / given)
    elif isinstance(given, list):
        found = [_text(each, "Each of prompts") for each in given]
    else:
        raise StudyError(
            "prompts must be a list of texts, or the name of a .jsonl or .csv file beside the study."
        )
    if not found:
        raise StudyError("The study has no prompts; give at least one in prompts.")
    return tuple(found)


def _prompts_of_file(path: Path) -> list[str]:
    """The column "prompt" of a CSV file, or the key "prompt" of each line of a JSONL file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(
            f"The prompts {path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from None
    if path.suffix.lower() == ".csv":
        rows = csv.DictReader(text.splitlines(keepends=True))
        if "prompt" not in (rows.fieldnames or ()):
            raise StudyError(f"{path} has no column named prompt; its first line must name the columns.")
        return [row["prompt"] or "" for row in rows]
    out = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise StudyError(f"{path}, line {number}, is no JSON.") from None
        prompt = row.get("prompt") if isinstance(row, dict) else row
        if not isinstance(prompt, str):
            raise StudyError(f'{path}, line {number}, must be a text or an object with a "prompt".')
        out.append(prompt)
    return out


def _variant(row: Any, number: int, system: str | None) -> Variant:
    where = f"variant {number}"
    _known(row, _VARIANT, where)
    values: dict[str, Any] = {}
    given = row.get("values", {})
    if not isinstance(given, dict):
        raise StudyError(f"values of {where} must be a table of parameters.")
    for name, value in given.items():
        parameter = parameters.BY_NAME.get(name)
        if parameter is None:
            raise StudyError(
                f"There is no parameter {name!r}, named in {where}; `glmchat help parameters` lists them."
            )
        try:
            values[name] = parameter.validate(value)
        except ValueRefused as refused:
            raise StudyError(f"In {where}: {refused}") from None
    named = ", ".join(f"{name} {value}" for name, value in values.items())
    texts = {
        key: _text(row[key], f"{key} of {where}")
        for key in ("name", "provider", "model", "system")
        if key in row
    }
    name = texts.get("name") or " ".join(filter(None, (texts.get("model"), named))) or where
    return Variant(name, values, texts.get("provider"), texts.get("model"), texts.get("system", system))


def _limits(given: Any) -> Mapping[str, float]:
    _known(given, tuple(_LIMITS), "limits")
    for key, value in given.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise StudyError(f"limits.{key} must be a number from 0 on, not {value!r}.")
    limits = {**_LIMITS, **given}
    if not 1 <= limits["concurrency"] <= 1000:
        raise StudyError("limits.concurrency must be from 1 to 1000.")
    return limits


def _checks(given: Any) -> tuple[Check, ...]:
    if not isinstance(given, list):
        raise StudyError("checks is a list of tables: write [[checks]] before each.")
    found = tuple(_check(row, number) for number, row in enumerate(given, 1))
    names = [check.name for check in found]
    if len(set(names)) < len(names):
        raise StudyError(f"Two checks have the same name: {', '.join(names)}. Give each its own.")
    return found


def _check(row: Any, number: int) -> Check:
    kind = row.get("kind") if isinstance(row, dict) else None
    if not isinstance(kind, str) or kind not in CHECKS:
        raise StudyError(f"kind of check {number} must be one of {', '.join(CHECKS)}, not {kind!r}.")
    takes = CHECKS[kind]
    more = ("model", "provider") if kind == "judge" else ()
    _known(row, ("kind", "name", takes, *more), f"check {number}")
    if takes not in row:
        raise StudyError(f"Check {number} is of kind {kind} and needs {takes}.")
    wanted = row[takes]
    if kind == "command" and not (
        isinstance(wanted, list) and wanted and all(isinstance(each, str) for each in wanted)
    ):
        raise StudyError(f'command of check {number} must be a list such as ["python3", "check.py"].')
    if kind == "schema" and not isinstance(wanted, dict):
        raise StudyError(f"schema of check {number} must be a table that is a JSON schema.")
    if kind in ("contains", "equals", "regex", "judge"):
        _text(wanted, f"{takes} of check {number}")
    if kind == "regex":
        _compiled(wanted, number)
    judge = {key: _text(row[key], f"{key} of check {number}") for key in more if key in row}
    return Check(_text(row.get("name", f"{kind} {number}"), "name"), kind, wanted, **judge)


def _compiled(pattern: str, number: int) -> None:
    import re

    try:
        re.compile(pattern)
    except re.error as error:
        raise StudyError(f"pattern of check {number} is no regular expression: {error}.") from None
