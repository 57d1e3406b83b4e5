"""What comes beside the text of a reply, pictures and sources: read from any shape, described in words.

A picture is ``{"type", "bytes", "address", "data"}``: its media type, its size, and an http address or a ``data:``
URI, None for what is not known. A source is an annotation as the API has it, ``{"type": "url_citation",
"url_citation": {"url", "title", ...}}``; annotations of other types are kept as they came.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

# The first characters of base64 by the type of the picture.
_MAGIC = {"iVBORw0KGgo": "image/png", "/9j/": "image/jpeg", "R0lGOD": "image/gif", "UklGR": "image/webp"}
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,]*?(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)
_HELD = re.compile(r"(data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]{40})[A-Za-z0-9+/]{60,}={0,2}")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{8,}={0,2}\s*")
# Where servers keep the address, the base64 and the media type of a picture.
_INSIDE = ("image_url", "source", "image", "inline_data", "inlineData")
_ADDRESSES = ("url", "uri", "data", "b64_json", "base64", "image_base64", "result")
_TYPES = ("media_type", "mime_type", "mimeType", "output_format")

# Where servers keep what a reply is based on, in a chunk, a choice, a delta or a message: OpenAI and OpenRouter;
# Perplexity, xAI and Cohere; Perplexity; Z.ai; Volcengine; gateways; Azure; DashScope; Gemini; Groq.
_SOURCES = (
    "annotations", "citations", "search_results", "web_search", "references", "sources", "context", "search_info",
    "grounding_metadata", "groundingMetadata", "executed_tools",
)  # fmt: skip
SOURCE_KEYS = frozenset(_SOURCES)
# Where those lists nest, and the names of an address and a title in an entry.
_NESTED = (
    "citations",
    "search_results",
    "results",
    "groundingChunks",
    "grounding_chunks",
    "sources",
    "web",
    "document",
)
_URLS, _TITLES = ("url", "link", "uri", "href"), ("title", "name", "site_name", "media")
_KEPT = ("content", "snippet", "text", "date", "start_index", "end_index")
_WEB = ("http://", "https://")


def picture(value: Any) -> dict[str, Any] | None:
    """Read a picture from one of its many shapes; None where there is none."""
    media = None
    while isinstance(value, Mapping):
        media = next((str(value[key]) for key in _TYPES if isinstance(value.get(key), str)), media)
        inner = next((value[key] for key in _INSIDE if value.get(key)), None)
        value = inner or next((value[key] for key in _ADDRESSES if value.get(key)), None)
    if not isinstance(value, str) or not value.strip():
        return None
    if value.lower().startswith(_WEB):
        return {"type": media or _type_by_name(value), "bytes": None, "address": value, "data": None}
    found = _DATA.match(value)
    if found is None and _BASE64.fullmatch(value):
        kind = media or next((kind for magic, kind in _MAGIC.items() if value.startswith(magic)), "image/png")
        value = f"data:{kind if '/' in kind else 'image/' + kind};base64,{value}"
        found = _DATA.match(value)
    if found is None:
        return None
    size = len(found[3].rstrip("=")) * 3 // 4 if found[2] else len(found[3].encode("utf-8", "replace"))
    return {"type": found[1] or media, "bytes": size, "address": None, "data": value}


def _type_by_name(address: str) -> str | None:
    try:
        return mimetypes.guess_type(urlsplit(address).path)[0]
    except ValueError:
        return None


def pictures(values: Any) -> Iterator[dict[str, Any]]:
    """Read the pictures in a list, or the one that stands without a list."""
    for value in values if isinstance(values, list) else [values]:
        read = picture(value)
        if read is not None:
            yield read


def sources(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Read the annotations and sources that a chunk, a choice, a delta or a message holds."""
    if SOURCE_KEYS.isdisjoint(holder):
        return
    for key in _SOURCES:
        value = holder.get(key)
        if value:
            yield from _entries(value, key == "annotations")


def _entries(value: Any, annotations: bool = False, depth: int = 4) -> Iterator[dict[str, Any]]:
    if isinstance(value, str) and value.lower().startswith(_WEB):
        yield citation(value, "")
    elif isinstance(value, list):
        for each in value:
            yield from _entries(each, annotations, depth)
    elif isinstance(value, Mapping) and depth:
        inner = value.get("url_citation")
        entry = inner if isinstance(inner, Mapping) else value
        url = next((entry[key] for key in _URLS if isinstance(entry.get(key), str) and entry[key]), None)
        if url is not None:
            title = next((entry[key] for key in _TITLES if isinstance(entry.get(key), str)), "")
            yield citation(url, title, entry)
        elif annotations:
            yield dict(value)
        else:
            for key in _NESTED:
                yield from _entries(value.get(key), depth=depth - 1)


def citation(url: str, title: str, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A source as an annotation."""
    more = {key: entry[key] for key in _KEPT if entry.get(key) is not None} if entry else {}
    return {"type": "url_citation", "url_citation": {"url": url, "title": title, **more}}


def joined(known: Sequence[dict[str, Any]], more: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Known annotations and more of them; one address is listed once but for each place in the text that it backs."""
    out = list(known)
    for each in more:
        twin = next(
            (at for at, old in enumerate(out) if _key(old) == _key(each) or _is_bare(old, each)), None
        )
        if twin is None:
            if not any(_is_bare(each, old) for old in out):
                out.append(each)
        elif _is_bare(out[twin], each):
            out[twin] = each
    return tuple(out)


def _key(annotation: Mapping[str, Any]) -> Any:
    cited = annotation.get("url_citation")
    if not isinstance(cited, Mapping):
        return annotation
    return cited.get("url"), cited.get("start_index"), cited.get("end_index")


def _is_bare(annotation: Mapping[str, Any], fuller: Mapping[str, Any]) -> bool:
    """Whether an annotation holds only an address that another one holds as well."""
    cited, other = annotation.get("url_citation"), fuller.get("url_citation")
    if (
        not isinstance(cited, Mapping)
        or not isinstance(other, Mapping)
        or cited.get("url") != other.get("url")
    ):
        return False
    return not any(value for key, value in cited.items() if key != "url")


def picture_line(image: Mapping[str, Any]) -> str:
    """A picture in a line: its type, and its size or address."""
    kind = image.get("type") or "of an unknown type"
    if image.get("address"):
        return f"Picture: {kind}, {image['address']}"
    return f"Picture: {kind}, {size_of(image.get('bytes'))}"


def size_of(count: Any) -> str:
    """A number of bytes for people."""
    if not isinstance(count, int):
        return "size unknown"
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def cited(annotations: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The title and the address of each source, each address once; what has no address is named by its type."""
    out: dict[str, str] = {}
    for each in annotations:
        entry = each.get("url_citation")
        if isinstance(entry, Mapping) and isinstance(entry.get("url"), str):
            out[entry["url"]] = out.get(entry["url"]) or str(entry.get("title") or "")
        else:
            out.setdefault("", str(each.get("type") or "annotation"))
    return [(title, url) for url, title in out.items()]


def cut_addresses(text: str) -> str:
    """A text to be read, in which addresses that hold a picture are cut: their letters tell nobody anything."""
    return _HELD.sub(r"\1…", text) if ";base64," in text else text


def raw(image: Mapping[str, Any]) -> bytes | None:
    """The bytes of a picture that came with the reply; None for an address, or for data that cannot be read."""
    found = _DATA.match(str(image.get("data") or ""))
    if found is None or not found[2]:
        return None
    try:
        return base64.b64decode(found[3])
    except ValueError:
        return None
