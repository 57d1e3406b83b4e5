"""What a person types into a search field: words, phrases and filters.

A query is words and ``"phrases in quotes"``, all of which must be found in the same text, and filters:

    in:title in:text in:thinking     where to look; all of these when not given
    in:file                          in what was attached and in its name
    role:user  model:glm  provider:wcode  finish:length  state:cut  tag:work
    before:2026-03  after:2026-01-15  after:7d   dates in local time; days, weeks, months (m) or years ago
    cost>0.1  temperature>=0.9  top_p:0.5        with : = > >= < <=; any parameter by its name; temp is temperature

Only these names make a filter: ``log:error`` and ``http://example`` are text.
"""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from glmchat.core import parameters
from glmchat.core.conversation import Role, State
from glmchat.core.parameters import kind
from glmchat.history.records import first_seq

FIELDS = {
    "title": "title",
    "text": "content",
    "content": "content",
    "thinking": "reasoning",
    "reasoning": "reasoning",
    "file": "file",
}

# The full-width colon is what a Chinese keyboard types.
_TOKEN = re.compile(r'(?:([A-Za-z_-]+)(>=|<=|[:=<>：]))?("[^"]*"?|\S+)')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


class QueryRefused(ValueError):
    """A query that cannot be understood; the text says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL on a message ``m`` or its session ``s``, and its values."""

    sql: str
    values: tuple[Any, ...]
    of_session: bool = False


@dataclass(slots=True)
class Query:
    """A query that was understood.

    `parameter` is a condition on one parameter, to start the scan from; `near` is a hint on what looks like a filter.
    """

    terms: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    conditions: list[Condition] = field(default_factory=list)
    parameter: Condition | None = None
    near: list[str] = field(default_factory=list)

    def looks_in(self, field: str) -> bool:
        """Whether a field is to be looked at."""
        return not self.fields or field in self.fields


def _one_of(name: str, value: str, allowed: list[str]) -> str:
    if value.lower() not in allowed:
        raise QueryRefused(f"{name}: takes {', '.join(allowed[:-1])} or {allowed[-1]}, not {value!r}.")
    return value.lower()


def moment_of(name: str, value: str) -> float:
    """Seconds since 1970 of the beginning of a date, in local time."""
    ago = _AGO.fullmatch(value.lower())
    if ago:
        return time.time() - int(ago[1]) * _DAYS[ago[2]] * 86400
    day = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if value.lower() in ("today", "yesterday"):
        return (day - timedelta(days=value.lower() == "yesterday")).timestamp()
    date = _DATE.fullmatch(value)
    try:
        if date:
            return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1)).astimezone().timestamp()
    except (ValueError, OverflowError):
        pass
    raise QueryRefused(
        f"{name}: takes a date such as 2026-03-31, 2026-03, today or 7d (seven days ago), not {value!r}."
    )


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise QueryRefused(f"{name} is compared with a number, such as {name}>0.5, not {value!r}.") from None


def _in(query: Query, operator: str, value: str) -> None:
    names = ["title", "text", "thinking", "file"]
    query.fields.add(FIELDS[value.lower() if value.lower() in FIELDS else _one_of("in", value, names)])


def _role(query: Query, operator: str, value: str) -> None:
    query.conditions.append(Condition("m.role = ?", (_one_of("role", value, [role.value for role in Role]),)))


def _state(query: Query, operator: str, value: str) -> None:
    query.conditions.append(
        Condition("m.state = ?", (_one_of("state", value, [state.value for state in State]),))
    )


def _contains(column: str) -> Callable[[Query, str, str], None]:
    def add(query: Query, operator: str, value: str) -> None:
        query.conditions.append(Condition(f"instr(lower({column}), ?)", (value.lower(),)))

    return add


def _finish(query: Query, operator: str, value: str) -> None:
    query.conditions.append(Condition("m.finish_reason = ?", (value.lower(),)))


def _tag(query: Query, operator: str, value: str) -> None:
    sql = "EXISTS (SELECT 1 FROM json_each(s.tags) WHERE lower(value) = ?)"
    query.conditions.append(Condition(sql, (value.lower(),), of_session=True))


def _before(query: Query, operator: str, value: str) -> None:
    query.conditions.append(Condition("m.seq < ?", (first_seq(moment_of("before", value)),)))


def _after(query: Query, operator: str, value: str) -> None:
    query.conditions.append(Condition("m.seq >= ?", (first_seq(moment_of("after", value)),)))


def _cost(query: Query, operator: str, value: str) -> None:
    sign = "=" if operator == ":" else operator
    query.conditions.append(Condition(f"m.cost {sign} ?", (_number("cost", value),)))


# The filters by name; a parameter's name is one as well.
FILTERS: dict[str, Callable[[Query, str, str], None]] = {
    "in": _in,
    "role": _role,
    "state": _state,
    "model": _contains("m.model"),
    "provider": _contains("m.provider"),
    "finish": _finish,
    "tag": _tag,
    "before": _before,
    "after": _after,
    "cost": _cost,
}


# Parameters that are asked for so often that they have a shorter name here.
_SHORT = {"temp": "temperature"}


def _parameter(name: str) -> parameters.Parameter | None:
    """The parameter of that name; only whole names count, for ``log:error`` is text."""
    return parameters.BY_NAME.get(_SHORT.get(name, name.replace("-", "_")))


def _compare(query: Query, row: parameters.Parameter, operator: str, value: str) -> None:
    sign = "=" if operator == ":" else operator
    wanted: Any = value
    if row.numeric:
        wanted = _number(row.name, value)
    elif row.kind is kind.Kind.SWITCH:
        wanted = (
            "true" if _one_of(row.name, value, ["on", "off", "true", "false"]) in ("on", "true") else "false"
        )
    condition = Condition(f"v.name = ? AND v.value {sign} ?", (row.name, wanted))
    if query.parameter is None:
        query.parameter = condition
    else:
        sql = f"EXISTS (SELECT 1 FROM message_values v WHERE v.seq = m.seq AND {condition.sql})"
        query.conditions.append(Condition(sql, condition.values))


def _filter(query: Query, name: str, operator: str, value: str) -> bool:
    """Take one filter in; False when it is none but plain text that looks like one."""
    row = _parameter(name)
    if name not in FILTERS and row is None:
        return False
    try:
        if row is not None:
            _compare(query, row, operator, value)
        elif operator not in (":", "=") and name != "cost":
            raise QueryRefused(f"{name} is written with a colon, such as {name}:{value}.")
        else:
            FILTERS[name](query, operator, value)
    except QueryRefused as error:
        raise QueryRefused(f"{error} Put the words in quotes to find them as text.") from None
    return True


def parse(text: str) -> Query:
    """Understand a query; raises QueryRefused with what is wrong and what is allowed."""
    query = Query()
    for token in _TOKEN.finditer(text):
        name, quoted = token[1], token[3].startswith('"')
        operator = ":" if token[2] == "：" else token[2]
        value = token[3][1:].removesuffix('"') if quoted else token[3]
        if name is not None:
            if value and _filter(query, name.lower(), operator, value):
                continue
            # Text of its own, quotes and all.
            value = token[0]
            if operator == ":":
                query.near.extend(_near(name.lower(), token[0]))
        bare = token[0].rstrip(":：").lower()
        if bare in FILTERS and bare != token[0].lower():
            raise QueryRefused(f"{bare}: needs a value.")
        if value.strip():
            query.terms.append(value)
    return query


def _near(name: str, token: str) -> list[str]:
    """A hint on text that looks like a filter with a typo in its name."""
    near = difflib.get_close_matches(name, [*FILTERS, *parameters.BY_NAME], 1, 0.75)
    return [f"“{token}” is looked for as text. Did you mean {near[0]}:?"] if near else []


def hints(text: str) -> list[str]:
    """Hints on a query that may not mean what it says, in sentences; empty for one that is refused."""
    try:
        return parse(text).near
    except QueryRefused:
        return []


def message_condition(query: Query) -> tuple[str, list[Any]]:
    """SQL that narrows messages ``m`` of sessions ``s`` down to a query's filters, and its values."""
    found = list(query.conditions)
    if query.parameter is not None:
        sql = f"EXISTS (SELECT 1 FROM message_values v WHERE v.seq = m.seq AND {query.parameter.sql})"
        found.append(Condition(sql, query.parameter.values))
    sql = "".join(f" AND {condition.sql}" for condition in found)
    return sql, [value for condition in found for value in condition.values]


def session_condition(text: str) -> tuple[str, list[Any]]:
    """SQL that narrows the list of sessions ``s`` down to a query, and its values; raises QueryRefused.

    Words are looked for in titles; a filter on messages holds when one message fits all of them.
    """
    query = parse(text)
    out = " AND instr(s.title_folded, ?)" * len(query.terms)
    values: list[Any] = [term.casefold() for term in query.terms]
    of_session = [condition for condition in query.conditions if condition.of_session]
    out += "".join(f" AND {condition.sql}" for condition in of_session)
    values += [value for condition in of_session for value in condition.values]
    query.conditions = [condition for condition in query.conditions if not condition.of_session]
    narrowed, more = message_condition(query)
    if narrowed:
        out += f" AND EXISTS (SELECT 1 FROM messages m WHERE m.session_id = s.id{narrowed})"
        values += more
    return out, values
