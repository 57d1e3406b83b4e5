"""How much the model is asked to think: one choice of off, on, its own levels, and nothing sent."""

from __future__ import annotations

from glmchat.api.learning.ladder import Ladder
from glmchat.core import depth
from glmchat.core.depth import EFFORT, OFF, ON, SWITCH, UNSENT
from glmchat.core.thinking import Thinking
from glmchat.workspace.models import Models
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared
from glmchat.workspace.tuning import Tuning
from glmchat.workspace.values import Difference, Setting, Source, differences


class Depths:
    """Sets the depth of thought for the next requests, or for one message alone; what is to be said comes back."""

    def __init__(self, shared: Shared, models: Models, tuning: Tuning) -> None:
        self._shared = shared
        self._models = models
        self._tuning = tuning

    @property
    def now(self) -> str:
        """The depth that the next requests ask for."""
        return depth.depth_of(self._session.values.plain())

    @property
    def thinking(self) -> Thinking:
        """What is known of how the model thinks, as far as this endpoint takes it."""
        return self._ladder().thinking

    def scale(self) -> tuple[str, ...]:
        """What can be chosen, nothing sent at the end; a level that was set for another model stands there as well."""
        places = depth.scale(self.thinking)
        return (*places, *(() if self.now in (*places, UNSENT) else (self.now,)), UNSENT)

    def about(self, place: str) -> str:
        """What a depth means for this model, in a few words."""
        return depth.about(self.thinking, place)

    def choose(self, place: str, merge_key: str | None = None) -> str:
        """Ask for a depth from the next request on; raises `kind.ValueRefused` for what can be no level."""
        place = depth.OFF if place == "none" else place
        before, wanted = self.now, depth.values_of(place)
        if depth.is_least(self.thinking, place) and not depth.is_least(self.thinking, before):
            self._session.woken = before
        values = self._session.values.plain()
        changes = {
            name: Setting(wanted[name], Source.SESSION) if name in wanted else None
            for name in (SWITCH, EFFORT)
        }
        if self._session.values.change(changes, f"thinking {place}", merge_key):
            self._tuning.changed(SWITCH)
        moved = differences(values, self._session.values.plain())
        words = ", ".join(_moved(each) for each in moved if each.parameter.name not in changes)
        followed = f"With it, by this model's defaults: {words}." if words else ""
        return f"{self._told(place)} {followed}".strip()

    def step(self, by: int, merge_key: str | None = None) -> str:
        """Go one level up (1) or down (-1)."""
        place = depth.stepped(self.thinking, self.now, by)
        if place == self.now:
            end = "the most" if by > 0 else "the least"
            cannot = " It cannot be switched off." if by < 0 and place != OFF else ""
            return f"{place} is {end} that {self._ladder().name} can be asked for.{cannot}"
        return self.choose(place, merge_key)

    def toggle(self) -> str:
        """Switch the thought off, or to the least where it cannot stop, and back to what was asked for before."""
        lowest = depth.least(self.thinking)
        if depth.is_least(self.thinking, self.now):
            woken = self._session.woken
            fits = woken in self.scale() and not depth.is_least(self.thinking, woken)
            return self.choose(woken if fits and woken != UNSENT else ON)
        if lowest is None:
            return f"{self._ladder().name} cannot stop thinking, and no level of its thought is known."
        return self.choose(lowest)

    def once(self, place: str) -> str:
        """Ask for a depth with the next message alone; an empty one takes that back."""
        if place:
            depth.values_of(place)
        self._session.once = place
        self._tuning.changed()
        return self._told(place) if place else ""

    def tight(self) -> str:
        """A sentence where max_tokens leaves too little room for the thought that is asked for; else empty."""
        return depth.tight(self._session.values.plain(), self.thinking)

    @property
    def _session(self) -> OpenSession:
        return self._shared.current

    def _ladder(self) -> Ladder:
        return self._models.ladder()

    def _told(self, place: str) -> str:
        """What a person has to know of a depth for this model; empty where nothing is out of the ordinary."""
        known = self._ladder()
        lowest = depth.least(known.thinking)
        if place == OFF != lowest:
            return f"{known.name} cannot stop thinking." + (
                f" Its lowest level is sent: {lowest}." if lowest else ""
            )
        if place == lowest != OFF:
            return f"{known.name} cannot stop thinking; {place} is its lowest level."
        if place == UNSENT and known.thinking.unsent_is_dearest:
            return f"Nothing about thinking is sent: {known.name} takes that for {known.thinking.default}, its dearest."
        if place in depth.scale(known.thinking) or place == UNSENT:
            return ""
        if place in known.thinking.aliases:
            return f"{known.name} counts {place} as {known.thinking.aliases[place]}."
        near = known.nearest(place) if known.firm else None
        if near is not None:
            return f"{known.name} does not take {place}; {near} is sent instead."
        return f"{place} is no level that {known.name} is known to have; it is sent as it is."


def _moved(difference: Difference) -> str:
    row = difference.parameter
    before, after = (
        "not sent" if each is None else row.format(each) for each in (difference.before, difference.after)
    )
    return f"{row.title} {before} → {after}"
