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
from glmchat.api.model_thinking import thinking_of
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
_SIZES = {"": 1, "k": 1000, "m": 1_000_000}
_INPUT = re.compile(r"^(?:input|prompt)")
_OUTPUT = re.compile(r"^(?:output|completion)")
# What a price is for, by the words of its key or of a `unit` beside it: tokens.
_UNITS = (
    (re.compile(r"1k\b|1k_|_1k|1000\b|1,000|thousand|千"), 1000),
    (re.compile(r"1m\b|1m_|_1m|million|mtok|百万"), 1_000_000),
    (re.compile(r"token"), 1),
)
# No model costs this much a token, so a list with such a price gives its prices for 1,000.
_TOO_DEAR = 0.001


def read_models(body: Any) -> list[dict[str, Any]]:
    """Find the entries in the answer to ``GET /models``; entries without an id are left out."""
    found = body
    if isinstance(body, Mapping):
        found = next(
            (body[key] for key in ("data", "models", "result") if isinstance(body.get(key), list)), []
        )
    if not isinstance(found, list):
        return []
    entries = [{"id": each} if isinstance(each, str) else each for each in found if each]
    return [dict(each) for each in entries if isinstance(each, Mapping) and _id(each)]


def merge(listed: Sequence[Mapping[str, Any]], endpoint: Endpoint) -> list[Model]:
    """Make models of an endpoint's list and lay them over the catalogue; what the endpoint says counts first.

    The catalogue describes the models of the wcode endpoint: models that the list lacks follow at the end where the
    same ones may be offered, and its prices hold where its host is. Elsewhere it only adds what a model of the same
    name can do.
    """
    at_home = catalogue.is_home(endpoint.host, endpoint.name)
    like_home = (
        endpoint.dialect == DEFAULT_DIALECT and not endpoint.demo and "openrouter" not in endpoint.host
    )
    dear = any(_dear(entry) for entry in listed)
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
        out.append(model)
    rest = [model for model in catalogue.MODELS if model.name not in named] if like_home else []
    return out + (rest if at_home else [replace(model, price=None) for model in rest])


def _over(model: Model, known: Model, price: Price | None) -> Model:
    """What an endpoint says of a model, and where it says nothing, what is known of it."""
    thinking = model.thinking.over(known.thinking) if model.thinking is not None else known.thinking
    return replace(
        model,
        abilities=model.abilities or known.abilities,
        context=model.context or known.context,
        output=model.output or known.output,
        price=model.price or price,
        recommended=known.recommended,
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
        price=_price(entry, per_thousand=per_thousand),
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


def _prices(entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], str, str] | None:
    """Where an entry keeps its prices, and the keys of input and output there."""
    for place in (entry.get("pricing"), entry.get("price"), entry):
        if not isinstance(place, Mapping):
            continue
        numeric = [str(key) for key, value in place.items() if _amount(value) is not None]
        wanted = (
            numeric if place is not entry else [key for key in numeric if "price" in key or "cost" in key]
        )
        inputs = [key for key in wanted if _INPUT.match(key)]
        outputs = [key for key in wanted if _OUTPUT.match(key)]
        if inputs and outputs:
            return place, min(inputs, key=len), min(outputs, key=len)
    return None


def _amount(value: Any) -> float | None:
    try:
        number = (
            float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
        )
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e6 else None


def _unit(place: Mapping[str, Any], key: str) -> int | None:
    """For how many tokens a price is, where its key or a `unit` says so."""
    said = f"{place.get('unit', '')} {key}".lower()
    return next((tokens for pattern, tokens in _UNITS if pattern.search(said)), None)


def _dear(entry: Mapping[str, Any]) -> bool:
    found = _prices(entry)
    if found is None or _unit(found[0], found[1]) is not None:
        return False
    return any((_amount(found[0][key]) or 0) >= _TOO_DEAR for key in found[1:])


def _price(entry: Mapping[str, Any], *, per_thousand: bool) -> Price | None:
    """The price per 1,000 tokens.

    Where nothing says for how many tokens it is, `per_thousand` does: the wcode style gives yuan for 1,000 tokens,
    OpenRouter's dollars for one.
    """
    found = _prices(entry)
    if found is None:
        return None
    place, input_key, output_key = found
    unit = _unit(place, input_key)
    scale = 1000 / (unit or (1000 if per_thousand else 1))
    currency = place.get("currency") or entry.get("currency")
    if not isinstance(currency, str) or not currency:
        currency = "CNY" if per_thousand else "USD"
    input_price, output_price = _amount(place[input_key]), _amount(place[output_key])
    assert input_price is not None  # noqa: S101  (both keys were chosen for their amounts)
    assert output_price is not None  # noqa: S101
    return Price(round(input_price * scale, 9), round(output_price * scale, 9), currency.upper())
