"""Messages as strict chat templates take them: one system prompt, then user and assistant in turns, the user first.

The templates of Mistral, Gemma and Llama raise where two messages of one role follow each other; Anthropic's own API,
and those who speak for it, want the user to begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Wire = dict[str, Any]

# What the user says where the conversation has the assistant speak first, as a character's greeting does.
OPENING = "(You speak first.)"


@dataclass(frozen=True, slots=True)
class Arranged:
    """The messages of a request, and what was done to them, a whole sentence each."""

    messages: list[Wire]
    notes: tuple[str, ...] = ()


def arrange(messages: Sequence[Wire], *, leave_out: bool = False) -> Arranged:
    """Make the roles take turns: a question without an answer goes along with the next one, or is left out.

    A question is unanswered where another one of the user follows it: its reply failed, was stopped before its
    first word, or was never asked for.
    """
    systems = [each["content"] for each in messages if each["role"] == "system"]
    talk, questions = _in_turns([each for each in messages if each["role"] != "system"], leave_out)
    notes: list[str] = []
    if questions:
        which = "One question that has" if questions == 1 else f"{questions} questions that have"
        verb = "is" if questions == 1 else "are"
        what = "left out" if leave_out else "sent in one message with the next"
        notes.append(f"{which} no answer {verb} {what}.")
    if talk and talk[0]["role"] == "assistant":
        talk.insert(0, {"role": "user", "content": OPENING})
        notes.append(f"The conversation begins with a reply, so {OPENING!r} is sent before it.")
    if len(systems) > 1:
        notes.append(f"{len(systems)} system prompts are sent as one.")
    head = [{"role": "system", "content": _joined(systems)}] if systems else []
    return Arranged([*head, *talk], tuple(notes))


def _in_turns(talk: Sequence[Wire], leave_out: bool) -> tuple[list[Wire], int]:
    """The talk without two of one role in a row, and how many questions had no answer."""
    out: list[Wire] = []
    questions = 0
    for each in filter(_says, talk):
        if not out or out[-1]["role"] != each["role"] or each["role"] == "tool":
            out.append(each)
            continue
        alone = each["role"] == "user"
        questions += alone
        out[-1] = each if alone and leave_out else _merged(out[-1], each)
    return out, questions


def _says(message: Wire) -> bool:
    """Whether a message has anything in it; a tool's result may be empty, and endpoints want it all the same."""
    return bool(message["content"]) or bool(message.get("tool_calls")) or message["role"] == "tool"


def _merged(first: Wire, second: Wire) -> Wire:
    """Two messages of one role as one; the calls and the thought are those of the second, which ends the turn."""
    return {**first, **second, "content": _joined([first["content"], second["content"]])}


def _joined(contents: Sequence[Any]) -> Any:
    """Several contents as one, a blank line between texts; parts such as pictures stay parts."""
    if all(isinstance(each, str) for each in contents):
        return "\n\n".join(each for each in contents if each)
    return [part for each in contents for part in _parts(each)]


def _parts(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)
