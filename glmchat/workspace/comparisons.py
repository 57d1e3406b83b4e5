"""One prompt to several variants at once: values, presets, models or providers side by side."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Role, State, new_id
from glmchat.core.model import Model
from glmchat.core.parameters import find
from glmchat.workspace import kept_comparisons
from glmchat.workspace.attaching import Attaching
from glmchat.workspace.changes import PathChanged
from glmchat.workspace.comparison import Column, Comparison, Repeat
from glmchat.workspace.journal import Journal
from glmchat.workspace.kept_comparisons import repeats_of
from glmchat.workspace.models import Models
from glmchat.workspace.replies import Replies
from glmchat.workspace.resuming import held_sentence
from glmchat.workspace.session import OpenSession, Variant, Waiting
from glmchat.workspace.shared import Shared
from glmchat.workspace.tuning import Tuning
from glmchat.workspace.values import Source

FEWEST, MOST = 2, 6
# How often each variant may be asked.
MOST_REPEATS = 20
UNSET = "unset"


class Comparisons:
    """Asks several ways at once, and keeps the last comparison of each session."""

    def __init__(
        self,
        shared: Shared,
        journal: Journal,
        replies: Replies,
        tuning: Tuning,
        attaching: Attaching,
        models: Models,
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._replies = replies
        self._tuning = tuning
        self._attaching = attaching
        self._models = models
        self._last: dict[int, Comparison] = {}

    def last(self) -> Comparison | None:
        """The last comparison of the current session, of this run or of an earlier one; None where there is none."""
        session = self._shared.current
        if session.id not in self._last:
            conversation, endpoints = session.conversation, self._shared.endpoints
            asked = [conversation.loaded.get(node.id) for node in conversation.path()]
            for message in reversed(
                [each for each in asked if each is not None and each.compared is not None]
            ):
                if (
                    found := kept_comparisons.read(session, message, endpoints, self._models.find_model)
                ) is not None:
                    self._last[session.id] = found
                    break
        return self._last.get(session.id)

    def forget(self, comparison: Comparison) -> None:
        """Let go of a comparison that nobody goes on with."""
        self._last.pop(comparison.session.id, None)
        self._keep(comparison, None)

    def missing(self, comparison: Comparison) -> list[Repeat]:
        """The replies that were not asked for, or ended with the program, the first of each column first."""
        session, nodes = comparison.session, comparison.session.conversation.nodes
        under_way = {each.message_id for each in session.waiting} | session.runs.keys()
        broken_off = {State.CUT, State.STREAMING} | ({State.STOPPED} if comparison.resumed else set())
        rows = zip_longest(*(column.repeats for column in comparison.columns))
        return [
            each
            for row in rows
            for each in row
            if each is not None
            and each.message_id not in under_way
            and (each.message_id not in nodes or nodes[each.message_id].state in broken_off)
        ]

    def ask_missing(self, comparison: Comparison) -> None:
        """Ask for the replies that are missing; what came of one that was cut off stays beside the new one.

        Raises ValueError where a reply runs.
        """
        session = comparison.session
        self.check_free()
        if session.held:
            raise ValueError(held_sentence(session))
        missing = self.missing(comparison)
        for each in missing:
            if each.message_id in session.conversation.nodes:
                each.message_id = new_id()
        comparison.resumed = False
        self._keep(comparison, kept_comparisons.kept(comparison))
        prompts = {
            each.message_id: column.prompt_id for column in comparison.columns for each in column.repeats
        }
        self._replies.ask_in_turn(
            session, [Waiting(each.message_id, prompts[each.message_id], each.variant) for each in missing]
        )
        self._shared.announce(PathChanged(session.id))

    def _keep(self, comparison: Comparison, compared: dict[str, Any] | None) -> None:
        """Keep it with the message that it asks, so that it is known after a restart."""
        session = comparison.session
        message = session.conversation.loaded.get(comparison.prompt_id)
        if message is not None and message.compared != compared:
            message = replace(message, compared=compared)
            session.conversation.put(message)
            self._journal.keep(session, message)

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

    def start(self, variants: Sequence[Variant], prompt: str | None = None, repeats: int = 1) -> Comparison:
        """Send the conversation to all variants at once, after `prompt` with what is attached, where one is given.

        Each is asked `repeats` times.
        Without a prompt the last message of the user is asked again. Raises ValueError where there are too few
        variants or too many, where a reply runs, or where there is nothing to ask.
        """
        session = self._shared.current
        check_count(len(variants), repeats)
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
        columns = [Column(variant, _repeats(variant, repeats), prompt_id) for variant in variants]
        self._last[session.id] = comparison = Comparison(
            session, prompt_id, columns, prompt_id if before is None else before
        )
        self._ask(comparison)
        return comparison

    def go_on(self, comparison: Comparison, prompt: str) -> None:
        """Send a prompt after the reply that is read in each column; each goes on with its own history.

        Raises ValueError where a reply runs, or where nothing is written.
        """
        session = comparison.session
        self.check_free()
        if not prompt.strip():
            raise ValueError("Write what all of them are to be asked.")
        if comparison.before is None:
            comparison.before = session.conversation.leaf_id
        for column in comparison.columns:
            session.conversation.leaf_id = column.message_id
            column.prompt_id = self._replies.say(session, prompt).id
            column.repeats, column.shown = _repeats(column.variant, len(column.repeats)), 0
        self._ask(comparison)

    def _ask(self, comparison: Comparison) -> None:
        """Ask for the replies of all columns, the first of each before the second of any."""
        self._keep(comparison, kept_comparisons.kept(comparison))
        rows = zip_longest(*(column.repeats for column in comparison.columns))
        self._replies.ask_in_turn(
            comparison.session,
            [
                Waiting(repeat.message_id, column.prompt_id, repeat.variant)
                for row in rows
                for column, repeat in zip(comparison.columns, row, strict=True)
                if repeat is not None
            ],
        )
        conversation = comparison.session.conversation
        conversation.leaf_id = comparison.columns[-1].message_id
        self._shared.announce(PathChanged(comparison.session.id))

    def check_free(self) -> None:
        """Raise ValueError where a reply runs."""
        if self._shared.current.runs:
            raise ValueError("A reply is running. Stop it with Esc before you compare.")

    def pick(self, comparison: Comparison, column: Column, take_values: bool = False) -> None:
        """Go on with one reply of a comparison; the others stay beside it. Its values may be taken over."""
        session = comparison.session
        comparison.before = None
        self._drop(comparison.ids, session)
        session.conversation.select(column.message_id)
        if take_values:
            variant = column.repeats[column.shown].variant
            session.values.replace(variant.values, Source.SESSION, f"take {variant.label}")
            session.endpoint, session.model, session.system = variant.endpoint, variant.model, variant.system
            self._tuning.changed()
        self._journal.save_session(session)
        self._shared.announce(PathChanged(session.id))

    def leave(self, comparison: Comparison) -> None:
        """Go on with none of the replies: the branch that was read before is read again, else the first reply."""
        conversation, back = comparison.session.conversation, comparison.before
        comparison.before = None
        if back is None or conversation.leaf_id not in comparison.ids:
            return
        above = {node.id for node in conversation.path(comparison.prompt_id)}
        first = comparison.columns[0].message_id
        conversation.select(first if back in above or back not in conversation.nodes else back)
        self._journal.save_session(comparison.session)
        self._shared.announce(PathChanged(comparison.session.id))

    def stop(self, comparison: Comparison) -> None:
        """Stop every reply of a comparison that still runs, and ask for none that waits."""
        for column in comparison.columns:
            self.stop_column(comparison, column)

    def stop_column(self, comparison: Comparison, column: Column) -> bool:
        """Stop the replies of one column, and ask for none of it that waits; whether there was something to stop."""
        ids = {repeat.message_id for repeat in column.repeats}
        waited = self._drop(ids, comparison.session)
        stopped = [self._replies.stop_reply(id, comparison.session) for id in ids]
        return waited or any(stopped)

    def _drop(self, ids: Set[int], session: OpenSession) -> bool:
        """Ask for none of these replies that waits; whether any did."""
        kept = [each for each in session.waiting if each.message_id not in ids]
        dropped = len(kept) < len(session.waiting)
        session.waiting = kept
        return dropped


def check_count(count: int, repeats: int = 1) -> None:
    """Raise ValueError where these are too few variants or too many; one will do where it is asked several times."""
    if not 1 <= repeats <= MOST_REPEATS:
        raise ValueError(f"Each variant can be asked 1 to {MOST_REPEATS} times, not {repeats}.")
    fewest = FEWEST if repeats == 1 else 1
    if not fewest <= count <= MOST:
        raise ValueError(f"A comparison takes {fewest} to {MOST} variants, not {count}.")


def _repeats(variant: Variant, count: int) -> list[Repeat]:
    return repeats_of(variant, [new_id() for _ in range(count)])
