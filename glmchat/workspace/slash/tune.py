"""The values of the next request, as slash commands change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.parameters import BY_NAME, TABLE, Parameter, find
from glmchat.core.refused import Refused
from glmchat.support.suggestions import nearest

if TYPE_CHECKING:
    from glmchat.workspace import Workspace

SWITCH = {"on": True, "off": False}
# The bias that makes a token come always; its negative, never (OpenAI API reference, `logit_bias`).
ALWAYS = 100


def row_of(name: str) -> Parameter:
    """A parameter by its name; refused with the nearest one where there is none."""
    try:
        return find(name)
    except KeyError:
        raise Refused(f"There is no parameter {name}.{nearest(name, BY_NAME)}") from None


def sent(workspace: Workspace) -> str:
    """Say what is sent with the next request."""
    values = workspace.current.values.plain()
    shown = ", ".join(f"{row.name} {row.format(values[row.name])}" for row in TABLE if row.name in values)
    if not shown:
        return "No parameter is sent; the API's defaults hold."
    return f"Sent with the next request: {shown}."


def set_value(workspace: Workspace, argument: str) -> str:
    """Set a parameter; alone, say what is sent. Raises `kind.ValueRefused`."""
    name, _, text = argument.partition(" ")
    if not name:
        return sent(workspace)
    row = row_of(name)
    if not text.strip():
        raise Refused(f"/set {row.name} needs a value: {row.allowed()}.")
    value = row.parse(text.strip())
    workspace.tuning.set_value(row.name, value)
    return f"{row.name} is {row.format(value)} from the next request on."


def bias_word(workspace: Workspace, word: str, step: int) -> str:
    """Go a step towards always (1) or never (-1) having a word, as the built-in model's logit_bias may name one."""
    biases = dict(workspace.current.values.plain().get("logit_bias", {}))
    bias = max(-ALWAYS, min(ALWAYS, biases.pop(word, 0) + step * ALWAYS))
    if bias:
        biases[word] = bias
    if biases:
        workspace.tuning.set_value("logit_bias", biases, merge_key="lens bias")
    else:
        workspace.tuning.unset("logit_bias")
    if not bias:
        return f"{word} has no bias any more."
    comes = "comes wherever it can" if bias > 0 else "comes no more"
    return f"{word} {comes}, from the next request on; /undo takes it back."


def unset(workspace: Workspace, argument: str) -> str:
    """Send a parameter no more."""
    if not argument:
        raise Refused("/unset needs the name of a parameter. /reset unsets all of them.")
    row = row_of(argument)
    workspace.tuning.unset(row.name)
    return f"{row.name} is not sent any more."


def reset(workspace: Workspace) -> str:
    """Send no parameter any more."""
    workspace.tuning.reset()
    return "No parameter is sent any more; /undo brings them back."


def undo(workspace: Workspace) -> str:
    """Take the last change back."""
    label = workspace.tuning.undo()
    return f"Taken back: {label}." if label else "There is no change to take back."


def redo(workspace: Workspace) -> str:
    """Do the change again that was taken back."""
    label = workspace.tuning.redo()
    return f"Done again: {label}." if label else "There is no change to do again."


def preset(workspace: Workspace, name: str) -> str:
    """Take a preset's values."""
    try:
        workspace.tuning.apply_preset(name)
    except KeyError:
        guess = nearest(name, [each.name for each in workspace.presets])
        raise Refused(f"There is no preset {name}.{guess}") from None
    return f"The preset {name} is applied; /undo brings the earlier values back."


def system(workspace: Workspace, text: str) -> str:
    """Set the system prompt; an empty one is none."""
    workspace.tuning.set_system(text.strip())
    return "The system prompt is set." if text.strip() else "There is no system prompt now."


def prefill(workspace: Workspace, text: str) -> str:
    """Begin the next reply; alone, take that back."""
    if not text and not workspace.current.prefill:
        raise Refused("/prefill needs the text that the next reply begins with.")
    return workspace.tuning.begin_reply(text)


def drop_oldest(workspace: Workspace, argument: str) -> str:
    """Leave the oldest turns out where the window would overflow, or no longer."""
    if argument and argument not in SWITCH:
        raise Refused(f"/drop takes on or off, not {argument!r}.")
    drop = SWITCH[argument] if argument else not workspace.current.drop_oldest
    workspace.tuning.drop_oldest(drop)
    if drop:
        return "The oldest turns are left out of a request that would overflow the context window."
    return "Requests hold the whole conversation."
