"""One prompt to several variants at once: values, presets, models or providers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glmchat.api.endpoint import Endpoint
from glmchat.catalogue import Model
from glmchat.conversation import Role
from glmchat.parameters import find
from glmchat.workspace.changes import PathChanged
from glmchat.workspace.comparison import Column, Comparison
from glmchat.workspace.facts import Knowing
from glmchat.workspace.resuming import told
from glmchat.workspace.session import Variant
from glmchat.workspace.values import Source

FEWEST, MOST = 2, 6
UNSET = "unset"


class Comparing(Knowing):
    """The part of the workspace that asks several ways at once."""

    def sweep(self, name: str, texts: Sequence[str]) -> list[Variant]:
        """Variants that differ in one parameter; the text ``unset`` stands for not sending it.

        Raises KeyError for an unknown name and `kinds.ValueRefused` for a value.
        """
        row = find(name)
        base = self.current.variant()
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
        base = self.current.variant()
        return [
            replace(base, label=f"thinking {'on' if on else 'off'}", values={**base.values, "reasoning": on})
            for on in (True, False)
        ]

    def preset_variants(self, names: Sequence[str]) -> list[Variant]:
        """One variant a preset; raises KeyError for a name that is none."""
        base = self.current.variant()
        by_name = {preset.name: preset for preset in self.presets}
        variants = []
        for name in names:
            preset = by_name[name]
            system = base.system if preset.system is None else preset.system
            variants.append(replace(base, label=name, values=self.preset_values(preset), system=system))
        return variants

    def model_variants(self, models: Sequence[tuple[Endpoint, Model]]) -> list[Variant]:
        """One variant a model, at the provider that offers it."""
        base = self.current.variant()
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
        check_count(len(variants))
        self.check_free_to_compare()
        if session.held:
            raise ValueError(told(session))
        if prompt and session.draft.strip() == prompt.strip():
            self.set_draft("", session)  # what is sent is no draft any more
        prompt_id = self.say(session, prompt).id if prompt else session.last_of(Role.USER)
        if prompt_id is None:
            raise ValueError("There is nothing to compare yet: write a prompt first.")
        columns = [Column(variant, self.ask(session, prompt_id, variant).message_id) for variant in variants]
        session.comparison = Comparison(session, prompt_id, columns)
        return session.comparison

    def check_free_to_compare(self) -> None:
        """Raise ValueError where a reply runs."""
        if self.current.runs:
            raise ValueError("A reply is running. Stop it with Esc before you compare.")

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


def check_count(count: int) -> None:
    """Raise ValueError where these are too few variants or too many."""
    if not FEWEST <= count <= MOST:
        raise ValueError(f"A comparison takes {FEWEST} to {MOST} variants, not {count}.")
