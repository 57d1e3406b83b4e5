"""One prompt asked several ways: what follows /sweep and /compare, as variants, and what they cost."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glmchat.core.refused import Refused
from glmchat.support.suggestions import nearest
from glmchat.workspace.comparisons import UNSET
from glmchat.workspace.replies import AT_ONCE
from glmchat.workspace.slash.tune import row_of

if TYPE_CHECKING:
    from glmchat.core.parameters import Parameter
    from glmchat.workspace import Variant, Workspace

KINDS = {
    "reasoning": "Thinking on and off, side by side",
    "presets": "Two to six presets",
    "models": "Two to six models, each written PROVIDER:MODEL",
}


def preset_variants_of(workspace: Workspace, names: Sequence[str]) -> list[Variant]:
    """Variants of presets by their names."""
    known = [each.name for each in workspace.presets]
    for name in names:
        if name not in known:
            raise Refused(f"There is no preset {name}.{nearest(name, known)}")
    return workspace.comparisons.preset_variants(names)


def model_variants_of(workspace: Workspace, names: Sequence[str]) -> list[Variant]:
    """Variants of ``PROVIDER:MODEL``; a name without a provider is asked where the session is."""
    models = []
    for name in names:
        provider, colon, model = name.partition(":")
        if not colon or provider not in workspace.endpoints:
            provider, model = workspace.current.endpoint.name, name
        if not model:
            raise Refused(f"{name} names no model. Write it as PROVIDER:MODEL.")
        endpoint = workspace.models.endpoint_named(provider)
        models.append((endpoint, workspace.models.find_model(endpoint, model)))
    return workspace.comparisons.model_variants(models)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What follows a command: its words, the prompt that is to be asked, and how often each variant is."""

    words: list[str]
    prompt: str
    repeats: int


def wanted(argument: str) -> Wanted:
    """Read what follows /sweep or /compare; refused where it makes no sense."""
    words, prompt = split(argument)
    words, repeats = repeats_of(words)
    return Wanted(words, prompt, repeats)


def is_alone(given: Wanted) -> bool:
    """Whether /compare stands without words, for the last comparison; refused where a prompt would be lost."""
    if not given.words and (given.prompt or given.repeats > 1):
        raise Refused(
            "Say what is compared: reasoning, presets or models, as in /compare reasoning -- PROMPT."
        )
    return not given.words


def split(argument: str) -> tuple[list[str], str]:
    """Part the words of a command from the prompt after ``--``; quotes hold a word together."""
    words, dashes, prompt = f" {argument}".partition(" --")
    if dashes and prompt and not prompt[0].isspace():
        raise Refused("Put a space after the two dashes that begin the prompt.")
    return words_of(words), prompt.strip()


def words_of(text: str) -> list[str]:
    """The words of a text; raises `Refused` where a quote is not closed."""
    try:
        return shlex.split(text)
    except ValueError:
        raise Refused("A quotation mark is not closed.") from None


def repeats_of(words: list[str]) -> tuple[list[str], int]:
    """Part the words of a command from how often each variant is asked, as the last word says it: ``x8``."""
    if words and (found := re.fullmatch(r"[xX×](\d{1,4})", words[-1])):
        return words[:-1], int(found[1])
    return words, 1


def swept(workspace: Workspace, given: Wanted) -> tuple[Parameter, list[Variant]]:
    """The parameter that /sweep names, and its variants; none of these where values are still to be asked for."""
    if not given.words:
        raise Refused("/sweep needs a parameter and its values, such as /sweep temperature 0 0.7 1.4.")
    row, texts = row_of(given.words[0]), given.words[1:]
    if not texts and given.repeats > 1:  # the value that is sent now, several times
        value = workspace.current.values.get(row.name)
        texts = [UNSET if value is None else row.format(value)]
    return row, workspace.comparisons.sweep(row.name, texts)


def compared(workspace: Workspace, words: Sequence[str]) -> list[Variant]:
    """The variants that /compare names; none where presets or models are still to be asked for."""
    kind, names = words[0], words[1:]
    if kind == "reasoning":
        return workspace.comparisons.reasoning_variants()
    if kind == "presets":
        return preset_variants_of(workspace, names)
    if kind == "models":
        return model_variants_of(workspace, names)
    raise Refused(f"/compare takes reasoning, presets or models, not {kind!r}.{nearest(kind, KINDS)}")


def cost_of(workspace: Workspace, variants: list[Variant], prompt: str) -> str:
    """What is known before sending of what a comparison costs."""
    if all(each.endpoint.demo for each in variants):
        return "The built-in model costs nothing."
    costs = workspace.requests.expected_cost(variants, prompt)
    if costs is None:
        return "What it costs is not known, since the price of a model is not."
    from glmchat.core import pricing

    return (
        f"The prompts alone cost about {pricing.total(costs)}; what the replies add depends on their length."
    )


def describe(workspace: Workspace, variants: list[Variant], prompt: str, repeats: int = 1) -> str:
    """The variants, what they cost, and which of them cannot see a picture that is attached."""
    labels = ", ".join(each.label for each in variants)
    unseen = {each.model.wire_id for each in variants if prompt and workspace.attaching.unseen(each.model)}
    blind = "".join(f" {name} cannot see pictures, as far as is known." for name in sorted(unseen))
    count, times = "at once", ""
    if repeats > 1:
        count, times = f"{AT_ONCE} at once", f", {repeats} times each"
    cost = cost_of(workspace, variants * repeats, prompt)
    return (
        f"{len(variants) * repeats} requests leave{',' * bool(times)} {count}: {labels}{times}. {cost}{blind}"
    )
