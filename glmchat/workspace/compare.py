"""One prompt to several variants at once: values, presets, models or providers side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.catalogue import Model
from glmchat.conversation import Message
from glmchat.parameters import find
from glmchat.workspace.changes import PathChanged
from glmchat.workspace.facts import Knowing
from glmchat.workspace.resuming import told
from glmchat.workspace.session import OpenSession, Running, Variant
from glmchat.workspace.values import Source

FEWEST, MOST = 2, 6
UNSET = "unset"


@dataclass(slots=True)
class Column:
    """One variant and its reply: message `message_id` of the conversation."""

    variant: Variant
    message_id: int


@dataclass(slots=True)
class Comparison:
    """Several replies to the same message of the user; they are siblings in the tree."""

    session: OpenSession
    prompt_id: int
    columns: list[Column]

    def running(self, column: Column) -> Running | None:
        """The reply of a column while it runs."""
        return self.session.runs.get(column.message_id)

    def message(self, column: Column) -> Message:
        """The reply of a column as it is known."""
        return self.session.conversation.loaded[column.message_id]


class Comparing(Knowing):
    """The part of the workspace that asks several ways at once."""

    def sweep(self, name: str, texts: Sequence[str]) -> list[Variant]:
        """Variants that differ in one parameter; the text ``unset`` stands for not sending it.

        Raises KeyError for an unknown name and `kinds.ValueRefused` for a value.
        """
        row = find(name)
        base = self.variant()
        variants = []
        for text in texts:
            if text == UNSET:
                rest = {key: value for key, value in base.values.items() if key != row.name}
                variants.append(replace(base, label=f"{row.name} not sent", values=rest))
                continue
            value = row.parse(text)
            label = f"{row.name} {row.format(value)}"
            variants.append(replace(base, label=label, values={**base.values, row.name: value}))
        return variants

    def reasoning_variants(self) -> list[Variant]:
        """The same request with thinking on and off."""
        base = self.variant()
        return [
            replace(base, label=f"thinking {'on' if on else 'off'}", values={**base.values, "reasoning": on})
            for on in (True, False)
        ]

    def preset_variants(self, names: Sequence[str]) -> list[Variant]:
        """One variant a preset; raises KeyError for a name that is none."""
        base = self.variant()
        by_name = {preset.name: preset for preset in self.presets}
        variants = []
        for name in names:
            preset = by_name[name]
            system = base.system if preset.system is None else preset.system
            variants.append(replace(base, label=name, values=self.preset_values(preset), system=system))
        return variants

    def model_variants(self, models: Sequence[tuple[Endpoint, Model]]) -> list[Variant]:
        """One variant a model, at the provider that offers it."""
        base = self.variant()
        return [
            replace(base, label=f"{model.id} @ {endpoint.name}", endpoint=endpoint, model=model)
            for endpoint, model in models
        ]

    def compare(self, variants: Sequence[Variant], prompt: str | None = None) -> Comparison:
        """Send the conversation to all variants at once, after `prompt` where one is given.

        Without a prompt the last message of the user is asked again. Raises ValueError where there are too few
        variants or too many, where a reply runs, or where there is nothing to ask.
        """
        session = self.current
        if not FEWEST <= len(variants) <= MOST:
            raise ValueError(f"A comparison takes {FEWEST} to {MOST} variants, not {len(variants)}.")
        if session.runs:
            raise ValueError("A reply is running. Stop it with Esc before you compare.")
        if session.held:
            raise ValueError(told(session))
        prompt_id = self.say(session, prompt).id if prompt else self._last_prompt(session)
        columns = [Column(variant, self.ask(session, prompt_id, variant).message_id) for variant in variants]
        session.comparison = Comparison(session, prompt_id, columns)
        return session.comparison

    def pick(self, comparison: Comparison, column: Column, take_values: bool = False) -> None:
        """Go on with one reply of a comparison; the others stay beside it. Its values may be taken over."""
        session = comparison.session
        session.conversation.select(column.message_id)
        if take_values:
            variant = column.variant
            session.values.replace(variant.values, Source.SESSION, f"take {variant.label}")
            session.endpoint, session.model, session.system = variant.endpoint, variant.model, variant.system
            self._values_changed()
        self.save_session(session)
        self.announce(PathChanged(session.id))

    def stop_comparison(self, comparison: Comparison) -> None:
        """Stop every reply of a comparison that still runs."""
        for column in comparison.columns:
            self.stop_reply(column.message_id, comparison.session)

    def _last_prompt(self, session: OpenSession) -> int:
        for node in reversed(session.conversation.path()):
            if node.role.value == "user":
                return node.id
        raise ValueError("There is nothing to compare yet: write a prompt first.")


def figures(comparison: Comparison, column: Column) -> dict[str, Any]:
    """The figures of a column: seconds to the first token, tokens, tokens per second, cost, finish reason.

    What is not known yet is None.
    """
    message = comparison.message(column)
    running = comparison.running(column)
    usage = message.usage or {}
    tokens = usage.get("completion_tokens")
    if running is not None:
        now = time.monotonic()
        begun = [at for at in (running.first_reasoning, running.first_answer) if at is not None]
        first = min(begun) - running.started if begun else None
        total: float | None = now - running.started
        tokens = running.content_tokens + running.reasoning_tokens or None
    else:
        timing = message.timing
        first = timing.first_token_s if timing is not None else None
        total = timing.total_s if timing is not None else None
    streamed = total - first if first is not None and total is not None else None
    return {
        "first_token_s": first,
        "total_s": total,
        "tokens": tokens,
        "tokens_per_s": tokens / streamed if tokens and streamed else None,
        "cost": message.cost,
        "finish_reason": message.finish_reason,
    }
