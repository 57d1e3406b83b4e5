"""What to do about a line that is not TOML, by what such lines mostly are."""

from __future__ import annotations

import re

# What the line or the parser's words show -> what to do; the first that fits is told.
_ON_THE_LINE = (
    (r"\x00", "The file holds bytes of zero, as a loss of power leaves them; write it anew."),
    (r"^(?:<{7}|={7}|>{7})", "A merge was not finished here; keep one side and take its marks away."),
    (
        r"[\u201c-\u201e\u2018-\u201a\u00ab\u00bb\u300c\u300d\uff02\uff07]",
        "The quotation marks are those of a text program; TOML takes \" and '.",
    ),
    (
        r"[\u00a0\u2000-\u200b\u202f\u3000\ufeff\uff1d]",
        "A space or an equals sign here only looks like one, as on a web page; type it anew.",
    ),
    (r"=\s*(?:True|False)\b", "true and false are written small."),
    (r"=\s*(?:None|null|nil)\b", "There is no word for nothing; leave the key out."),
    (r"^\s*[\"{]\S*.*:", "It looks like JSON: TOML has sections, [chat], and below them key = value."),
    (r"^\s*[\w.-]+\s*:", "It looks like YAML: TOML has sections, [chat], and below them key = value."),
)
_IN_THE_WORDS = (
    (r"overwrite|twice|immutable|redefin|duplicate", "It is there already, further up; keep one of the two."),
    (
        r"[Ee]scape|Illegal char|hex value",
        "Within \"...\" a backslash is doubled; within '...' it stands for itself.",
    ),
)
_OTHERWISE = "Texts need quotes; see https://toml.io."


def advice(words: str, line: str) -> str:
    """A sentence on what to do, by the parser's words and the line at which it gave up."""
    for pattern, sentence in _ON_THE_LINE:
        if re.search(pattern, line):
            return sentence
    return next((sentence for pattern, sentence in _IN_THE_WORDS if re.search(pattern, words)), _OTHERWISE)
