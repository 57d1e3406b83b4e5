"""``glmchat ask --prompt``: a prompt of the library, its variables filled in from the command line.

What reads the library is loaded only where a prompt is named.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import is_terminal, write
from glmchat.support.suggestions import nearest
from glmchat.support.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from glmchat.core.attached import Attached
    from glmchat.prompts.template import Template

# The variables that the program itself gives: the names of what is attached, and what was copied.
FILE, CLIPBOARD = "file", "clipboard"


def template_of(call: Call) -> Template | None:
    """The prompt that a call names, None where it names none; raises UsageError."""
    name = call.given("prompt")
    if name is None:
        if call.all("var"):
            raise UsageError("--var fills in a prompt of the library; name it with --prompt NAME.")
        return None
    from glmchat.prompts import library
    from glmchat.prompts.template import PromptRefused

    try:
        template, path = library.find(name.removeprefix("/"))
        if not library.is_allowed(template.name, path):
            _ask_whether(template, path)
    except PromptRefused as refused:
        raise UsageError(str(refused)) from None
    return template


def _ask_whether(template: Template, path: Path) -> None:
    """Ask whether a project's prompt may be used; raises UsageError where nobody can be asked, or says no."""
    from glmchat.prompts import library

    if not is_terminal(sys.stdin) or not is_terminal(sys.stderr):
        raise UsageError(
            f"{path} is a prompt of this project, which needs your yes once, and again when it has changed. "
            f"Use /{template.name} in the chat, or run this in a terminal."
        )
    write(sys.stderr, f"{safe(template.text)}\n\nUse this prompt of the project ({path})? [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("The prompt was not used.")
    library.allow(path)


def variables_of(call: Call) -> dict[str, str]:
    """The values that ``--var`` gives by name; raises UsageError."""
    out: dict[str, str] = {}
    for each in call.all("var"):
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--var cannot be {each!r}: it takes NAME=VALUE.")
        out[name.strip()] = value
    return out


def filled(template: Template, given: Mapping[str, str], attached: Sequence[Attached]) -> str:
    """The prompt with its variables filled in; raises UsageError."""
    from glmchat.prompts.template import PromptRefused
    from glmchat.support import clipboard

    known = template.variables()
    for name in given:
        if name not in known:
            takes = f"It has {', '.join(known)}." if known else "It has none."
            raise UsageError(
                f"The prompt {template.name} has no variable {name}.{nearest(name, known)} {takes}"
            )
    values = dict(given)
    if FILE in known and attached:
        values[FILE] = ", ".join(each.attachment.name for each in attached)
    if CLIPBOARD in known and CLIPBOARD not in values and (copied := clipboard.text()) is not None:
        values[CLIPBOARD] = copied
    try:
        return template.fill(values)
    except PromptRefused as refused:
        missing = [name for name, default in known.items() if default is None and name not in values]
        flags = " ".join("--file PATH" if name == FILE else f"--var {name}=VALUE" for name in missing)
        raise UsageError(f"{refused} Give it with {flags}.") from None
