"""One prompt to several variants at once: values, presets, models or providers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Role
from glmchat.core.model import Model
from glmchat.core.parameters import find
from glmchat.workspace.attaching import Attaching
from glmchat.workspace.changes import PathChanged
from glmchat.workspace.comparison import Column, Comparison
from glmchat.workspace.journal import Journal
from glmchat.workspace.replies import Replies
from glmchat.workspace.resuming import held_sentence
from glmchat.workspace.session import Variant
from glmchat.workspace.shared import Shared
from glmchat.workspace.tuning import Tuning
from glmchat.workspace.values import Source

FEWEST, MOST = 2, 6
UNSET = "unset"


class Comparisons:
    """Asks several ways at once, and keeps the last comparison of each session."""

    def __init__(
        self, shared: Shared, journal: Journal, replies: Replies, tuning: Tuning, attaching: Attaching
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._replies = replies
        self._tuning = tuning
        self._attaching = attaching
        self._last: dict[int, Comparison] = {}

    def last(self) -> Comparison | None:
        """The last comparison of the current session, None where there is none."""
        return self._last.get(self._shared.current.id)

    def forget(self, comparison: Comparison) -> None:
        """Let go of a comparison that nobody goes on with."""
        self._last.pop(comparison.session.id, None)

    def sweep(self, name: str, texts: Sequence[str]) -> list[Variant]:
        """Variants that differ in one parameter; the text ``unset`` stands for not sending it.

        Raises KeyError for an unknown name and `kind.ValueRefused` for a value.
        """
        row = find(name)
        base = self._shared.current.variant()
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
        base = self._shared.current.variant()
        return [
            replace(base, label=f"thinking {'on' if on else 'off'}", values={**base.values, "reasoning": on})
            for on in (True, False)
        ]

    def preset_variants(self, names: Sequence[str]) -> list[Variant]:
        """One variant a preset; raises KeyError for a name that is none."""
        base = self._shared.current.variant()
        by_name = {preset.name: preset for preset in self._tuning.presets}
        variants = []
        for name in names:
            preset = by_name[name]
            system = base.system if preset.system is None else preset.system
            variants.append(
                replace(base, label=name, values=self._tuning.preset_values(preset), system=system)
            )
        return variants

    def model_variants(self, models: Sequence[tuple[Endpoint, Model]]) -> list[Variant]:
        """One variant a model, at the provider that offers it."""
        base = self._shared.current.variant()
        return [
            replace(base, label=f"{model.id} @ {endpoint.name}", endpoint=endpoint, model=model)
            for endpoint, model in models
        ]

    def start(self, variants: Sequence[Variant], prompt: str | None = None) -> Comparison:
        """Send the conversation to all variants at once, after `prompt` with what is attached, where one is given.

        Without a prompt the last message of the user is asked again. Raises ValueError where there are too few
        variants or too many, where a reply runs, or where there is nothing to ask.
        """
        session = self._shared.current
        check_count(len(variants))
        self.check_free()
        if session.held:
            raise ValueError(held_sentence(session))
        if prompt and session.draft.strip() == prompt.strip():
            self._journal.set_draft("", session)  # what is sent is no draft any more
        before = session.conversation.leaf_id
        prompt_id = session.last_of(Role.USER)
        if prompt:
            prompt_id = self._replies.say(session, prompt, session.attached).id
            self._attaching.clear(session)
        if prompt_id is None:
            raise ValueError("There is nothing to compare yet: write a prompt first.")
        columns = [
            Column(variant, self._replies.ask(session, prompt_id, variant).message_id) for variant in variants
        ]
        self._last[session.id] = comparison = Comparison(session, prompt_id, columns, before)
        return comparison

    def check_free(self) -> None:
        """Raise ValueError where a reply runs."""
        if self._shared.current.runs:
            raise ValueError("A reply is running. Stop it with Esc before you compare.")

    def pick(self, comparison: Comparison, column: Column, take_values: bool = False) -> None:
        """Go on with one reply of a comparison; the others stay beside it. Its values may be taken over."""
        session = comparison.session
        comparison.before = None
        session.conversation.select(column.message_id)
        if take_values:
            variant = column.variant
            session.values.replace(variant.values, Source.SESSION, f"take {variant.label}")
            session.endpoint, session.model, session.system = variant.endpoint, variant.model, variant.system
            self._tuning.changed()
        self._journal.save_session(session)
        self._shared.announce(PathChanged(session.id))

    def leave(self, comparison: Comparison) -> None:
        """Go on with none of the replies: the branch that was read before is read again, else the first reply."""
        conversation, back = comparison.session.conversation, comparison.before
        comparison.before = None
        ids = [each.message_id for each in comparison.columns]
        if back is None or conversation.leaf_id not in ids:
            return
        above = {node.id for node in conversation.path(comparison.prompt_id)}
        conversation.select(ids[0] if back in above or back not in conversation.nodes else back)
        self._journal.save_session(comparison.session)
        self._shared.announce(PathChanged(comparison.session.id))

    def stop(self, comparison: Comparison) -> None:
        """Stop every reply of a comparison that still runs."""
        for column in comparison.columns:
            self._replies.stop_reply(column.message_id, comparison.session)


def check_count(count: int) -> None:
    """Raise ValueError where these are too few variants or too many."""
    if not FEWEST <= count <= MOST:
        raise ValueError(f"A comparison takes {FEWEST} to {MOST} variants, not {count}.")
