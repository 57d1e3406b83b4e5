"""How much the model is to think, as slash commands choose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.depth import OFF, ON, UNSENT
from glmchat.core.refused import Refused
from glmchat.core.thinking import RUNGS
from glmchat.support.suggestions import nearest

if TYPE_CHECKING:
    from glmchat.workspace import Workspace

_WORDS = {"not-sent": UNSENT, "default": UNSENT}


def think(workspace: Workspace, argument: str) -> str:
    """Turn thinking on or off for the next request, or ask for a level of it; alone, it is turned over."""
    depths = workspace.depths
    return depths.choose(_level(workspace, argument, "think")) if argument else depths.toggle()


def effort(workspace: Workspace, argument: str) -> str:
    """Ask for a level of thought; alone, say which there are."""
    depths = workspace.depths
    if argument:
        told = depths.choose(_level(workspace, argument, "effort"))
        return told or f"Thinking is {named(depths.now)} from the next request on."
    listed = ", ".join(
        f"{named(place)} ({about})" if (about := depths.about(place)) else named(place)
        for place in depths.scale()
    )
    return f"Thinking is {named(depths.now)}. The levels: {listed}."


def once(workspace: Workspace, argument: str, marked: bool = False) -> str:
    """Ask for a level with the next message alone; alone, take that back. What is `marked` needs no words."""
    depths = workspace.depths
    if not argument and not workspace.current.once:
        listed = ", ".join(place for place in depths.scale() if place != UNSENT)
        raise Refused(f"/once needs a level for the next message: {listed}.")
    if not argument:
        depths.once("")
        return "The next message is asked like the others."
    told = depths.once(_level(workspace, argument, "once"))
    return (
        told if told or marked else f"Thinking is {named(workspace.current.once)} for the next message alone."
    )


def named(depth: str) -> str:
    """A depth as people read it."""
    return "not sent" if depth == UNSENT else depth


def _level(workspace: Workspace, argument: str, command: str) -> str:
    """The level that was typed; what is nearly one is taken for a slip, and asked about."""
    word = _WORDS.get(argument.lower(), argument.lower())
    known = dict.fromkeys((*workspace.depths.scale(), *RUNGS))
    if word not in known and command != "think" and (guess := nearest(word, known)):
        raise Refused(f"/{command} {argument} is no level of thought.{guess}")
    if word not in known and command == "think":
        levels = ", ".join(each for each in workspace.depths.scale() if each not in (ON, OFF, UNSENT))
        more = f", or a level ({levels})" if levels else ""
        raise Refused(f"/think takes on, off or unset{more}, not {argument!r}.")
    return word if word in known else argument
