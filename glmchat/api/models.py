"""An endpoint's list of models, in the shapes that servers give it, merged with what is known without asking.

Shapes read: OpenRouter (openrouter.ai/docs/models), OpenAI, vLLM and SGLang (``max_model_len``), Ollama's own
list, and plain lists of names. What an entry does not say stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from glmchat.api.endpoint import DEFAULT_DIALECT, Endpoint
from glmchat.api.model_prices import is_dear, price_of
from glmchat.api.model_thinking import thinking_of
from glmchat.api.models_dev import find
from glmchat.core import catalogue, parameters
from glmchat.core.model import Model, Price
from glmchat.support.numbers import is_number

_CONTEXT = (
    "context_length", "max_model_len", "context_window", "max_context_length", "max_input_tokens", "n_ctx",
)  # fmt: skip
_REPLY = ("max_completion_tokens", "max_output_length", "max_output_tokens", "output_token_limit")
_SAME = {
    "max_completion_tokens": "max_tokens",
    "include_reasoning": "reasoning",
    "enable_thinking": "reasoning",
}
# Names under which servers and gateways put the list.
_LISTS = ("data", "models", "result", "items")
_SIZES = {"": 1, "k": 1000, "m": 1_000_000}


def read_models(body: Any) -> list[dict[str, Any]]:
    """Find the entries in the answer to ``GET /models``; entries without an id are left out."""
    entries = [{"id": each} if isinstance(each, str) else each for each in _entries(body) if each]
    return [dict(each) for each in entries if isinstance(each, Mapping) and _id(each)]


def _entries(body: Any, depth: int = 0) -> list[Any]:
    """The list in an answer: itself, under a name that servers use, twice so, or an object of entries by id."""
    if isinstance(body, list):
        return body
    if not isinstance(body, Mapping) or depth > 2:
        return []
    for key in _LISTS:
        if found := _entries(body.get(key), depth + 1):
            return found
    by_id = depth > 0 and all(isinstance(each, Mapping) and key not in _LISTS for key, each in body.items())
    return [{"id": key, **each} for key, each in body.items()] if by_id else []


def merge(
    listed: Sequence[Mapping[str, Any]], endpoint: Endpoint, imported: Sequence[Mapping[str, Any]] = ()
) -> list[Model]:
    """Make models of an endpoint's list and lay them over the catalogue; what the endpoint says counts first.

    The catalogue describes the models of the wcode endpoint: models that the list lacks follow at the end where the
    same ones may be offered, and its prices hold where its host is. Elsewhere it only adds what a model of the same
    name can do. `imported` are the entries of a snapshot of models.dev, which stand behind all that.
    """
    at_home = catalogue.is_home(endpoint.host, endpoint.name)
    like_home = (
        endpoint.dialect == DEFAULT_DIALECT and not endpoint.demo and "openrouter" not in endpoint.host
    )
    dear = any(is_dear(entry) for entry in listed)
    out: list[Model] = []
    named: set[str] = set()
    for entry in listed:
        model = _model(entry, per_thousand=dear)
        if model.id in {other.id for other in out}:
            continue
        known = _known(entry)
        if known is not None:
            named.add(known.name)
            model = _over(
                model, known, catalogue.known_at(known.wire_id, endpoint.base_url, endpoint.name).price
            )
        told = find(imported, endpoint, model.wire_id) if imported else None
        out.append(model if told is None else _over(model, told, told.price))
    rest = [model for model in catalogue.MODELS if model.name not in named] if like_home else []
    return out + (rest if at_home else [replace(model, price=None) for model in rest])


def known_of(id: str, endpoint: Endpoint, imported: Sequence[Mapping[str, Any]]) -> Model | None:
    """A model that no list of the endpoint holds, where a snapshot of models.dev does; over it, what is known."""
    told = find(imported, endpoint, id)
    if told is None:
        return None
    known = catalogue.known_at(id, endpoint.base_url, endpoint.name)
    return _over(known if known.name != id else replace(known, name=told.name), told, told.price)


def _over(model: Model, known: Model, price: Price | None) -> Model:
    """What an endpoint says of a model, and where it says nothing, what is known of it."""
    thinking = model.thinking.over(known.thinking) if model.thinking is not None else known.thinking
    return replace(
        model,
        abilities=model.abilities or known.abilities,
        context=model.context or known.context,
        output=model.output or known.output,
        price=model.price or price,
        recommended=model.recommended or known.recommended,
        thinking=thinking,
    )


def _model(entry: Mapping[str, Any], *, per_thousand: bool) -> Model:
    id = _id(entry)
    name = entry.get("name") if isinstance(entry.get("name"), str) else ""
    return Model(
        id,
        name or id,
        abilities=_abilities(entry),
        context=_context(entry),
        output=_output(entry),
        price=price_of(entry, per_thousand=per_thousand),
        thinking=thinking_of(entry),
        parameters=_parameters(entry),
    )


def _id(entry: Mapping[str, Any]) -> str:
    return next((entry[key] for key in ("id", "model", "name") if isinstance(entry.get(key), str)), "")


def _known(entry: Mapping[str, Any]) -> Model | None:
    """What is known of a model by its id, else by its name."""
    id = _id(entry)
    for model in catalogue.MODELS:
        if model.id == id:
            return model
    name = str(entry.get("name", ""))
    names = {catalogue.plain_name(id.rpartition("/")[2]), catalogue.plain_name(name.rpartition(": ")[2])}
    at_home = next((model for model in catalogue.MODELS if catalogue.plain_name(model.name) in names), None)
    member = catalogue.relative(id, name)
    if at_home is None or member is None:
        return at_home or member
    return _over(at_home, member, None)


def _context(entry: Mapping[str, Any]) -> int | None:
    places = [entry, entry.get("top_provider"), entry.get("details"), entry.get("meta")]
    for place in places:
        if not isinstance(place, Mapping):
            continue
        for key in _CONTEXT:
            size = _tokens(place.get(key))
            if size is not None:
                return size
    return None


def _output(entry: Mapping[str, Any]) -> int | None:
    """The longest reply that an entry tells of."""
    for place in (entry, entry.get("top_provider")):
        if not isinstance(place, Mapping):
            continue
        for key in _REPLY:
            size = _tokens(place.get(key))
            if size is not None:
                return size
    return None


def _tokens(value: Any) -> int | None:
    """Read a count of tokens: 131072, "131072" or "128K"."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([km]?)\s*", value.lower())
        value = float(match[1]) * _SIZES[match[2]] if match else None
    if not is_number(value) or not 0 < value < 1e12:
        return None
    return int(value)


def _abilities(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What an entry says of abilities, in the catalogue's words; empty where it says nothing."""
    architecture = entry.get("architecture")
    architecture = architecture if isinstance(architecture, Mapping) else {}
    words = {*_words(architecture.get("input_modalities")), *_words(entry.get("capabilities"))}
    words |= set(re.findall(r"[a-z]+", str(architecture.get("modality", "")).partition("->")[0]))
    words |= {f"parameter {word}" for word in _words(entry.get("supported_parameters"))}
    found = []
    if words & {"text", "completion", "chat"}:
        found.append("text")
    if words & {"reasoning", "thinking", "parameter reasoning", "parameter include_reasoning"}:
        found.append("reasoning")
    if words & {"image", "vision"}:
        found.append("vision")
    return tuple(found)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        return [str(word) for word, holds in value.items() if holds]
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _parameters(entry: Mapping[str, Any]) -> tuple[str, ...] | None:
    listed = entry.get("supported_parameters")
    if not isinstance(listed, list) or not listed:
        return None
    names = {_SAME.get(str(name), str(name)) for name in listed}
    if "reasoning" in names:
        names |= set(parameters.REASONING)
    return tuple(row.name for row in parameters.TABLE if row.name in names)
