"""A comparison as it is kept with the message that it asks, so that it can be gone on with after a restart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message
from glmchat.core.model import Model
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import ValueRefused
from glmchat.workspace.comparison import Column, Comparison, Repeat
from glmchat.workspace.session import OpenSession, Variant


def kept(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values."""
    return {"columns": [_column(each) for each in comparison.columns]}


def _column(column: Column) -> dict[str, Any]:
    variant = column.variant
    return {
        "label": variant.label,
        "values": dict(variant.values),
        "provider": variant.endpoint.name,
        "base_url": variant.endpoint.base_url,
        "model": variant.model.id,
        "system": variant.system,
        "prefill": variant.prefill,
        "prompt": column.prompt_id,
        "replies": [each.message_id for each in column.repeats],
    }


def read(
    session: OpenSession,
    message: Message,
    endpoints: Mapping[str, Endpoint],
    find_model: Callable[[Endpoint, str], Model],
) -> Comparison | None:
    """The comparison that is kept with a message.

    None where none is, where none of its replies is in this session, or where an endpoint is another one by now.
    """

    def variant_of(given: Mapping[str, Any]) -> Variant:
        endpoint = endpoints[given["provider"]]
        if endpoint.base_url != given["base_url"]:
            raise KeyError(given["provider"])
        values = {name: BY_NAME[name].validate(value) for name, value in given["values"].items()}
        model = find_model(endpoint, str(given["model"]))
        texts = (str(given[name]) for name in ("system", "prefill"))
        return Variant(str(given["label"]), values, endpoint, model, *texts)

    try:
        columns = [
            Column(variant, repeats_of(variant, list(map(int, each["replies"]))), int(each["prompt"]))
            for each in (message.compared or {})["columns"]
            for variant in [variant_of(each)]
        ]
    except (KeyError, TypeError, ValueError, AttributeError, ValueRefused):
        return None
    comparison = Comparison(session, message.id, columns, resumed=True)
    return comparison if _is_here(comparison) else None


def _is_here(comparison: Comparison) -> bool:
    """Whether a reply of it follows its question; in a copy of the session, messages have other names."""
    nodes = comparison.session.conversation.nodes
    return any(
        each.message_id in nodes and nodes[each.message_id].parent_id == column.prompt_id
        for column in comparison.columns
        for each in column.repeats
    )


def repeats_of(variant: Variant, ids: list[int]) -> list[Repeat]:
    """The same asked several times: seed s gives s, s+1, and so on; where none is set, none is sent."""
    seed = variant.values.get("seed")
    if seed is None:
        return [Repeat(id, variant) for id in ids]
    return [
        Repeat(id, replace(variant, values={**variant.values, "seed": seed + number}))
        for number, id in enumerate(ids)
    ]
