"""Templates: which lines a variant has, and what stands in their fields.

A template is code with fields such as ``«url»``. A line ``@whole`` or ``@stream`` begins lines of that
variant only, ``@both`` ends them. A line with ``«header»``, ``«value»`` or ``«header_line»`` is repeated for
every extra header. What a field holds over several lines is indented as its line is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

_FIELD = re.compile("«([a-z_]+)»")
_MARKS = frozenset({"@whole", "@stream", "@both"})


@cache
def template(name: str) -> str:
    """The packaged template of a form."""
    return (files("glmchat.snippets") / "templates" / f"{name}.tmpl").read_text(encoding="utf-8")


def fill(source: str, fields: Mapping[str, str], headers: Sequence[Mapping[str, str]], stream: bool) -> str:
    """Write one variant of a template; each of `headers` holds the fields of one extra header."""
    written = []
    for line in _variant(source, "@stream" if stream else "@whole"):
        names = set(_FIELD.findall(line))
        if names <= fields.keys():
            written.append(_line(line, fields))
        else:
            written += [_line(line, {**fields, **header}) for header in headers]
    return "\n".join(written) + "\n"


def _variant(source: str, wanted: str) -> Iterator[str]:
    mark = "@both"
    for line in source.splitlines():
        if line in _MARKS:
            mark = line
        elif mark in ("@both", wanted):
            yield line


def _line(line: str, fields: Mapping[str, str]) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return _FIELD.sub(lambda match: fields[match[1]].replace("\n", "\n" + indent), line)
