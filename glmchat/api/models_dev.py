"""A snapshot of models.dev that the person downloaded: context, prices and abilities of models that nobody else tells.

Shape read: the object of ``api.json``, providers by id, each with its models by id, costs in dollars for a million
tokens. It is data of its day and stands behind what an endpoint says of itself and the table of the GLM family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.api.model_thinking import thinking_of
from glmchat.core import catalogue
from glmchat.core.model import PAPERS, SEE, TEXT, THINK, VIDEO, Model, Price, Tier
from glmchat.support.address import host_of
from glmchat.support.numbers import is_number

# Under which name the history keeps it, beside the lists of endpoints.
KEY = "models.dev"
_ABILITIES = {"text": TEXT, "image": SEE, "video": VIDEO, "pdf": PAPERS}
# Providers for which the snapshot names no address.
_HOSTS = {"openai": "api.openai.com", "mistral": "api.mistral.ai"}
_LONG_PROMPT = 200_000


def read(data: Any) -> list[dict[str, Any]]:
    """The models of a snapshot, as entries to be kept; raises ValueError for what is none."""
    out: list[dict[str, Any]] = []
    for name, provider in data.items() if isinstance(data, Mapping) else ():
        models = provider.get("models") if isinstance(provider, Mapping) else None
        if not isinstance(models, Mapping):
            continue
        address = provider.get("api")
        host = (host_of(address) if isinstance(address, str) else "") or _HOSTS.get(str(name), "")
        for id, model in models.items():
            if isinstance(model, Mapping):
                out.append(_entry(str(id), host, model))
    if not out:
        raise ValueError("it holds no providers with models, as the api.json of https://models.dev does")
    return out


def find(entries: Iterable[Mapping[str, Any]], endpoint: Endpoint, id: str) -> Model | None:
    """What a snapshot says of a model at an endpoint: its own entry, else one of the same name, without its price."""
    name = catalogue.plain_name(id.rpartition("/")[2])
    same: Mapping[str, Any] | None = None
    for entry in entries:
        own = entry["host"] == endpoint.host and bool(entry["host"])
        if own and entry["id"] == id:
            return _model(entry, id, own=True)
        if catalogue.plain_name(entry["id"].rpartition("/")[2]) == name and (same is None or own):
            same = entry
    return (
        None if same is None else _model(same, id, own=same["host"] == endpoint.host and bool(same["host"]))
    )


def _entry(id: str, host: str, model: Mapping[str, Any]) -> dict[str, Any]:
    modalities, limit, cost = (_object(model.get(key)) for key in ("modalities", "limit", "cost"))
    inputs = modalities.get("input")
    abilities = [
        _ABILITIES[each] for each in (inputs if isinstance(inputs, list) else ()) if each in _ABILITIES
    ]
    thinks = model.get("reasoning") is True
    name = model.get("name")
    return {
        "id": id,
        "host": host,
        "name": name if isinstance(name, str) and name else id,
        "abilities": [*abilities[:1], *([THINK] if thinks else []), *abilities[1:]],
        "context": _count(limit.get("context")),
        "output": _count(limit.get("output")),
        "cost": {
            **_rates(cost),
            **({"long": _rates(_object(cost["context_over_200k"]))} if "context_over_200k" in cost else {}),
        },
        "reasoning_options": model.get("reasoning_options") if thinks else None,
    }


def _model(entry: Mapping[str, Any], id: str, *, own: bool) -> Model:
    options = entry.get("reasoning_options")
    return Model(
        id,
        entry["name"],
        tuple(entry["abilities"]),
        entry["context"],
        _price(entry["cost"]) if own else None,
        output=entry["output"],
        thinking=thinking_of({"reasoning_options": options}) if options else None,
    )


def _price(cost: Mapping[str, Any]) -> Price | None:
    if "input" not in cost or "output" not in cost:
        return None
    long = cost.get("long") or {}
    tiers = (
        (Tier(_LONG_PROMPT, long["input"], long["output"], long.get("cached"), long.get("cache_write")),)
        if "input" in long and "output" in long
        else ()
    )
    beside = {name: cost.get(name) for name in _RATES.values() if name not in ("input", "output")}
    return Price(cost["input"], cost["output"], "USD", tiers=tiers, **beside)


_RATES = {
    "input": "input", "output": "output", "cache_read": "cached", "cache_write": "cache_write", "input_audio": "audio",
    "output_audio": "audio_output", "reasoning": "reasoning",
}  # fmt: skip


def _rates(cost: Mapping[str, Any]) -> dict[str, float]:
    """Rates for a thousand tokens, by our own names."""
    return {ours: round(cost[key] / 1000, 12) for key, ours in _RATES.items() if _is_rate(cost.get(key))}


def _is_rate(value: Any) -> bool:
    return is_number(value) and 0 <= value < 1e6


def _count(value: Any) -> int | None:
    return int(value) if is_number(value) and 0 < value < 1e12 else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
