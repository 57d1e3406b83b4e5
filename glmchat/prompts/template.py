"""A prompt with variables: ``{name}``, ``{name:default}``; ``{{name}}`` is the text ``{name}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import ValueRefused

_PLAIN = r"\{([A-Za-z_][\w-]*)(?::([^{}\n]*))?\}"
_VARIABLE = re.compile(rf"\{{(\{{[A-Za-z_][\w-]*(?::[^{{}}\n]*)?\}})\}}|{_PLAIN}")
_HEADER = re.compile(r"---[ \t]*\n(.*?)\n?---[ \t]*(?:\n|$)", re.DOTALL)
_LINE = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:[ \t]*(.*)")


class PromptRefused(ValueError):
    """A prompt that cannot be used; the text is a whole sentence for the person."""


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt of the library; `about` says in a line what it is for.

    `values` are parameters that belong to it, by name, and `system` its system prompt.
    """

    name: str
    text: str
    about: str = ""
    system: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def variables(self) -> dict[str, str | None]:
        """The variables in their order, each with its default, None where it has none."""
        found: dict[str, str | None] = {}
        for match in _VARIABLE.finditer(self.text):
            if match[2] and found.get(match[2]) is None:
                found[match[2]] = match[3]
        return found

    def fill(self, given: Mapping[str, str]) -> str:
        """The prompt with every variable replaced; raises PromptRefused where one has no value."""
        known = {name: given.get(name, default) for name, default in self.variables().items()}
        missing = [name for name, value in known.items() if value is None]
        if missing:
            raise PromptRefused(f"The prompt {self.name} needs a value for {', '.join(missing)}.")
        return _VARIABLE.sub(lambda match: match[1] or known[match[2]] or "", self.text)


def read(name: str, text: str) -> Template:
    """Read a file of the library: a header between two lines of ``---``, then the prompt; raises PromptRefused."""
    found = _HEADER.match(text)
    fields = _fields(name, found[1]) if found else {}
    body = (text[found.end() :] if found else text).strip("\n")
    values = {}
    for key in BY_NAME.keys() & fields.keys():
        try:
            values[key] = BY_NAME[key].parse(fields[key])
        except ValueRefused as refused:
            raise PromptRefused(f"The header of the prompt {name} is wrong: {refused}") from None
    if not body.strip():
        raise PromptRefused(f"The prompt {name} is empty.")
    first = body.strip().splitlines()[0]
    about = fields.get("about") or fields.get("description") or fields.get("title") or first[:80]
    return Template(name, body, about, fields.get("system") or None, values)


def _fields(name: str, header: str) -> dict[str, str]:
    """The fields of a header; those that nobody knows are of other programs, and are let be."""
    fields: dict[str, str] = {}
    last = ""
    for line in header.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            last = match[1].lower().replace("-", "_")
            fields[last] = match[2].strip("\"'") if match[2] not in ("|", ">") else ""
        elif line[0] in " \t" and last:
            fields[last] = f"{fields[last]}\n{line.strip()}".strip()
        else:
            raise PromptRefused(
                f"The header of the prompt {name} has a line without a name: {line.strip()[:60]!r}."
            )
    return fields


def written(text: str, about: str = "") -> str:
    """A text as a file of the library, in which its own braces stay braces."""
    plain = re.sub(_PLAIN, r"{\g<0>}", text)
    return (f"---\nabout: {about}\n---\n" if about else "") + plain.strip("\n") + "\n"
