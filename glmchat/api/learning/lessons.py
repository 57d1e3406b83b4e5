"""What a refusal teaches of an endpoint, so that the same request can be asked again in a way that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from glmchat.api.dialect_rows import Dialect
from glmchat.api.errors.tree import ApiError
from glmchat.api.learning.fitting import fit
from glmchat.api.learning.learned import Learned
from glmchat.api.learning.refusals import Refusal
from glmchat.core import parameters
from glmchat.core.thinking import Thinking


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is known after a refusal, and a sentence on what follows from it; empty where the person need not know."""

    learned: Learned
    sentence: str = ""


def lesson_of(
    error: ApiError,
    learned: Learned,
    row: Dialect,
    values: Mapping[str, Any],
    extra: Mapping[str, Any],
    model: str = "",
    thinking: Thinking | None = None,
) -> Lesson | None:
    """What a refusal teaches that was not known and that makes the next request another one; None for nothing.

    That a parameter is not taken at all is for the person to say: it was wished for.
    """
    refusal = error.refusal
    if refusal is None or refusal.parameter is None:
        return None
    if refusal.parameter in ("stream", "stream_options"):
        return _of_stream(refusal.parameter, learned)
    renamed = _of_name(refusal, learned, row)
    if renamed is not None:
        return renamed
    taught = _of_values(refusal, learned)
    before, after = (fit(row, each, values, extra, model, thinking) for each in (learned, taught))
    if before.values == after.values:
        return None
    reasons = [reason for name, reason in after.omitted.items() if before.omitted.get(name) != reason]
    return Lesson(taught, " ".join(reasons))


def _of_stream(key: str, learned: Learned) -> Lesson | None:
    if key == "stream":
        return None if learned.no_stream else Lesson(replace(learned, no_stream=True))
    return None if learned.no_stream_options else Lesson(replace(learned, no_stream_options=True))


def _of_name(refusal: Refusal, learned: Learned, row: Dialect) -> Lesson | None:
    """The name that an endpoint asks for; or the parameter's own, where it does not know the dialect's name."""
    name = refusal.parameter or ""
    used = {**row.renames, **learned.renames}.get(name, name)
    wanted = refusal.renamed
    if wanted is None and not refusal.value and refusal.key == used != name:
        wanted = name
    if wanted is None or wanted == used:
        return None
    return Lesson(learned.rename(name, wanted), f"This endpoint wants {wanted} in the place of {used}.")


def _of_values(refusal: Refusal, learned: Learned) -> Learned:
    """With the range of a parameter, or the other one that excludes it."""
    name = refusal.parameter or ""
    if refusal.limit is not None:
        return learned.limit(name, refusal.limit)
    if refusal.other is None:
        return learned
    one, other = sorted((name, refusal.other), key=list(parameters.BY_NAME).index)
    return learned.pair(one, other)
