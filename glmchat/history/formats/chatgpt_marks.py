"""The marks in ChatGPT's texts: citations and names between characters of the private use area.

A mark is U+E200, its kind and its fields parted by U+E202, U+E201. `content_references` of the message's metadata
say what is shown in its place; without them it is a name, a link, or nothing.
"""

from __future__ import annotations

import re
from typing import Any

from glmchat.history.formats.plain import from_json, mapping, objects, text

_MARK = re.compile("( ?)(\ue200[^\ue200\ue201]*\ue201)")
_REST = re.compile("[\ue200-\ue2ff]")
# The older form: places in the text, with 【 at each.
_OLD = "【"


def resolved(words: str, about: dict[str, Any]) -> str:
    """A text with links and names in the place of its marks."""
    if "\ue200" in words:
        shown = {
            text(each.get("matched_text")): _shown(each) for each in objects(about.get("content_references"))
        }

        def put(found: re.Match[str]) -> str:
            instead = shown.get(found[2]) or _alone(found[2])
            return found[1] + instead if instead else ""

        words = _MARK.sub(put, words)
    elif _OLD in words:
        words = _cited(words, objects(about.get("citations")))
    return _REST.sub("", words)


def _shown(reference: dict[str, Any]) -> str:
    links = [
        f"[{title}]({url})"
        for each in objects(reference.get("items"))
        if (url := text(each.get("url"))) and (title := _title(each.get("title"), url))
    ]
    return text(reference.get("alt")) or (f"({', '.join(links)})" if links else "")


def _title(value: Any, url: str) -> str:
    return " ".join(text(value).replace("[", "(").replace("]", ")").split()) or url


def _alone(mark: str) -> str:
    kind, *fields = mark[1:-1].split("\ue202")
    if kind == "entity" and fields:
        names = from_json(fields[0])
        return (
            next((each for each in names[1:2] if isinstance(each, str)), "")
            if isinstance(names, list)
            else ""
        )
    if kind == "url" and len(fields) == 2:
        return f"[{_title(fields[0], fields[1])}]({fields[1]})"
    return ""


def _cited(words: str, citations: list[dict[str, Any]]) -> str:
    spans: list[tuple[int, int, str]] = []
    for each in citations:
        start, end, about = each.get("start_ix"), each.get("end_ix"), mapping(each.get("metadata"))
        if type(start) is int and type(end) is int and 0 <= start < end and (url := text(about.get("url"))):
            spans.append((start, end, f" ([{_title(about.get('title'), url)}]({url}))"))
    out: list[str] = []
    place = 0
    for start, end, link in sorted(spans):
        if start >= place and words[start : start + 1] == _OLD:
            out += [words[place:start], link]
            place = end
    return "".join([*out, words[place:]])
