"""The request body for an endpoint: which dialect holds there, and how it spells the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from glmchat.api.balance import BALANCES
from glmchat.api.dialect_rows import BY_NAME, TABLE, Dialect
from glmchat.api.endpoint import DEFAULT_DIALECT, Endpoint
from glmchat.api.learning.fitting import Fitted, fit
from glmchat.api.learning.ladder import Ladder, ladder
from glmchat.api.learning.learned import Learned
from glmchat.api.spelling import (
    PREFILLS,
    PRESERVING,
    SPELLINGS,
    THOUGHT_PREFILLS,
    prefilled,
    preserving,
    reasoning_is_off,
    spelled,
)
from glmchat.core import begun, parameters
from glmchat.core.depth import CONTEXT, OFF, PRESERVE, UNSENT, depth_of
from glmchat.core.session_names import unnamed
from glmchat.core.thinking import Thinking
from glmchat.support.address import host_of, origin_of, path_of

OVERRIDABLE = tuple(each.name for each in fields(Dialect) if each.name not in ("name", "title", "hosts"))
# What a field takes that is a table.
_TABLES = {
    "renames": "a table of parameters with the endpoint's name for each",
    "rewrites": "a table of parameters with a table of values for each",
    "body": "a table of keys that every request has",
}


@dataclass(frozen=True, slots=True)
class Built:
    """A request body, and what was left out of it or clamped: parameter name to the reason, a whole sentence.

    `warned` says of values that are sent as they are why they may be refused.
    """

    body: dict[str, Any]
    omitted: dict[str, str]
    warned: dict[str, str] = field(default_factory=dict)


def dialect_for(base_url: str) -> str:
    """The dialect of a known host; else the wcode style."""
    return known_dialect(base_url) or DEFAULT_DIALECT


def known_dialect(base_url: str) -> str | None:
    """The dialect of a known host, None for any other."""
    host = host_of(base_url)
    found = [(len(known), row.name) for row in TABLE for known in row.hosts if _is_at(known, host, base_url)]
    return max(found)[1] if found else None


def _is_at(known: str, host: str, base_url: str) -> bool:
    """Whether a base URL is at a known host, and below its path where it has one."""
    name, slash, path = known.partition("/")
    if not (host == name or (name.startswith(".") and host.endswith(name))):
        return False
    return not slash or f"{path_of(base_url)}/".startswith(f"/{path}/")


def of(endpoint: Endpoint) -> Dialect:
    """The row that holds for an endpoint: its dialect's, with the provider's overrides laid over it.

    Raises ValueError that names an unknown dialect, or a field that cannot be overridden.
    """
    row = BY_NAME.get(endpoint.dialect)
    if row is None:
        raise ValueError(f"There is no dialect {endpoint.dialect!r}; there are {', '.join(BY_NAME)}.")
    if not endpoint.overrides:
        return row
    return replace(row, **{name: _override(name, value) for name, value in endpoint.overrides.items()})


def _override(name: str, value: Any) -> Any:
    """Read one field that a configuration lays over a row; raises ValueError."""
    if name not in OVERRIDABLE:
        raise ValueError(f"{name} is no field of a dialect; there are {', '.join(OVERRIDABLE)}.")
    match name:
        case "reasoning" | "preserves" | "prefill" | "prefill_thought" | "balance":
            words = {
                "reasoning": SPELLINGS,
                "preserves": ("", *PRESERVING),
                "prefill": ("", *PREFILLS),
                "prefill_thought": ("", *THOUGHT_PREFILLS),
                "balance": ("", *BALANCES),
            }[name]
            if value not in words:
                raise ValueError(f"{name} is one of {', '.join(filter(None, words))}, not {value!r}.")
        case "refuses":
            if isinstance(value, list | tuple):
                return {str(each): f"The configuration of this provider leaves out {each}." for each in value}
            _expect(name, value, Mapping, "a list of parameters, or a table of parameters with a reason each")
        case "ranges":
            _expect(name, value, Mapping, "a table of parameters with a range each, such as [0, 1]")
            return {str(each): _range(str(each), limits) for each, limits in value.items()}
        case "renames" | "rewrites" | "body":
            for each in [value, *_inner(name, value)]:
                _expect(name, each, Mapping, _TABLES[name])
        case "also_takes" | "efforts" | "preserves_at":
            what = "hosts" if name == "preserves_at" else "levels of effort"
            _expect(name, value, list | tuple, f"a list of {what}")
            return tuple(map(str, value))
        case "send_back" | "prefill_path":
            _expect(name, value, str, "a text, or an empty one")
        case _:
            _expect(name, value, bool, "true or false")
    return value


def _inner(name: str, value: Any) -> list[Any]:
    """The tables that a table must hold."""
    return list(value.values()) if name == "rewrites" and isinstance(value, Mapping) else []


def _expect(name: str, value: Any, kind: Any, allowed: str) -> None:
    if not isinstance(value, kind):
        raise ValueError(f"{name} takes {allowed}, not {value!r}.")


def _range(name: str, limits: Any) -> tuple[float | None, float | None]:
    """Read a range: two numbers, either of which may be missing (None)."""
    fine = isinstance(limits, list | tuple) and len(limits) == 2
    if not fine or not all(each is None or isinstance(each, int | float) for each in limits):
        raise ValueError(f"{name} takes a range such as [0, 1], not {limits!r}.")
    return limits[0], limits[1]


def build(
    endpoint: Endpoint,
    model: str,
    messages: list[dict[str, Any]],
    values: Mapping[str, Any],
    learned: Learned | None = None,
    thinking: Thinking | None = None,
) -> Built:
    """Build the request body for an endpoint; `values` are by parameter name, and only those are sent.

    What the dialect or the endpoint refuses is left out and explained; what is beyond its range is clamped
    and explained. `thinking` is what the endpoint's list says of the model. The provider's `extra_body` is laid over
    the body last, objects into objects, and that of the values over it.
    """
    learned = learned or Learned()
    row, values = of(endpoint), unnamed(values)
    fitted = fitted_to(endpoint, values, learned, model, thinking)
    known = ladder(row, learned, model, thinking).thinking
    if row.reasoning == "template":  # where an effort stands is the model's matter, not of which were refused
        known = replace(known, rungs=ladder(row, Learned(), model, thinking).thinking.rungs)
    messages, with_prefill = prefilled(row.prefill, row.prefill_thought, messages)
    told = _spelled(row, learned, fitted.values, known)
    body = {"model": model, "messages": messages, **row.body, **told}
    merge(body, with_prefill)
    keep = fitted.values.get(PRESERVE)
    if keep is not None and CONTEXT not in fitted.values and not reasoning_is_off(body):
        here = not row.preserves_at or any(host == endpoint.host for host in row.preserves_at)
        merge(body, preserving(row.preserves if here else "", keep))
    if not learned.no_stream:
        body["stream"] = True
        if row.include_usage and not learned.no_stream_options:
            body["stream_options"] = {"include_usage": True}
    merge(body, endpoint.extra_body)
    merge(body, fitted.values.get(parameters.EXTRA, {}))
    return Built(body, fitted.omitted, fitted.warned)


def fitted_to(
    endpoint: Endpoint,
    values: Mapping[str, Any],
    learned: Learned,
    model: str,
    thinking: Thinking | None = None,
) -> Fitted:
    """The values that an endpoint is sent, and why some are not, or not as they were set."""
    return fit(of(endpoint), learned, values, extra_of(endpoint, values), model, thinking)


def extra_of(endpoint: Endpoint, values: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that are laid over the body: the provider's own, and those of the values over them."""
    return {**endpoint.extra_body, **values.get(parameters.EXTRA, {})}


def about_prefill(endpoint: Endpoint, values: Mapping[str, Any], thinking: Thinking, text: str) -> str:
    """What is to be known of a reply that is begun with a text there, a sentence; empty where it goes on from it."""
    row, depth = of(endpoint), depth_of(values)
    thought = bool(begun.read(text).thought)
    what = "a thought" if thought else "a reply"
    if endpoint.demo and not thought:
        return ""
    if not row.prefill or (thought and not row.prefill_thought):
        title = row.title.replace("The ", "the ", 1)  # it stands inside the sentence
        return f"Whether {title} goes on from {what} that is begun for it is not known; it may begin anew."
    if thought:
        return "Thinking is off, so a thought that is begun may land in the answer." if depth == OFF else ""
    if depth == OFF or (depth == UNSENT and not thinking.unasked):
        return ""
    if row.prefill == "unthinking":
        return (
            f"{row.title} goes on from a reply that is begun only without thinking, so it is asked without."
        )
    return "A reply that is begun may be refused beside thinking, or end the thought; with thinking off it is not."


def for_prefill(endpoint: Endpoint) -> Endpoint:
    """The endpoint with the path that takes replies that are begun, where a known host has one of its own."""
    row = of(endpoint)
    plain = path_of(endpoint.base_url) in ("", "/v1")
    if not row.prefill_path or not plain or endpoint.host not in row.hosts:
        return endpoint
    return replace(endpoint, base_url=origin_of(endpoint.base_url) + row.prefill_path)


def preserves(endpoint: Endpoint, values: Mapping[str, Any]) -> bool:
    """Whether earlier thought goes back on plain turns too: as was set, else as the endpoint has it unasked."""
    row = of(endpoint)
    wanted = values.get(PRESERVE, row.preserved or values.get(CONTEXT) == "all_turns")
    return bool(wanted) and depth_of(values) != OFF and PRESERVE not in row.refuses


def ladder_at(endpoint: Endpoint, model: str, learned: Learned, thinking: Thinking | None = None) -> Ladder:
    """What is known of how a model thinks at an endpoint."""
    return ladder(of(endpoint), learned, model, thinking)


def _spelled(row: Dialect, learned: Learned, values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """Values as keys of the body, by the endpoint's own names."""
    renames = {**row.renames, **learned.renames}
    plain = parameters.body_of(
        {name: each for name, each in values.items() if name not in parameters.REASONING}
    )
    thought = {
        name: each for name, each in values.items() if name in parameters.REASONING and name != PRESERVE
    }
    # That no effort is off is what the family's own endpoint takes.
    known = thinking if row.by_table else replace(thinking, aliases={})
    body = {**plain, **(spelled(row.reasoning, thought, known) if thought else {})}
    return {renames.get(key, key): _rewritten(row, key, value) for key, value in body.items()}


def _rewritten(row: Dialect, name: str, value: Any) -> Any:
    """A value as the endpoint writes it."""
    known = row.rewrites.get(name)
    return known.get(str(value), value) if known else value


def merge(body: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Lay `more` over a body, objects into objects; a value of None takes the key out."""
    for key, value in more.items():
        if value is None:
            body.pop(key, None)
        elif isinstance(value, Mapping):
            place = body.get(key)
            place = dict(place) if isinstance(place, dict) else {}
            merge(place, value)
            body[key] = place
        else:
            body[key] = value
