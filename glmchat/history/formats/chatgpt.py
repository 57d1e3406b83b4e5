"""ChatGPT's ``conversations.json``: an array of conversations, each a `mapping` of nodes with parents.

What the model did with its tools and what it thought (content types ``thoughts`` and ``code``, messages to or
from a tool) becomes the thought of the reply that follows, and a document that it wrote into a canvas stands before
its words. Pictures and text files are taken in where they lie beside the conversations, else named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.assets import Assets, in_folder
from glmchat.history.formats.chatgpt_marks import resolved
from glmchat.history.formats.json_entries import read_each
from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import ROLES, from_json, mapping, moment, objects, text, titled
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.tree import Ids, Place, contents_of, grow, leaf
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session
from glmchat.support.text import fence

_HIDDEN = frozenset({"model_editable_context", "reasoning_recap"})
# What the person wrote about themselves stands before everything else, as a system prompt does.
_ABOUT_THE_PERSON = "user_editable_context"
_ASIDE = frozenset({"thoughts", "code", "execution_output", "tether_browsing_display", "system_error"})
_CANVAS = "canmore."


def _part(part: Any, pieces: Pieces, assets: Assets) -> None:
    if isinstance(part, str):
        pieces.say(part)
        return
    about = mapping(part)
    kind = text(about.get("content_type"))
    if text(about.get("text")):
        pieces.say(about["text"])
    elif "image" in kind:
        pieces.picture_bytes(assets.find(text(about.get("asset_pointer"))))
    elif "video" in kind:
        pieces.leave_out("video")
    elif "audio" in kind:
        pieces.leave_out("recording")
    elif about:
        pieces.leave_out("file", about.get("name"))


def _read_content(content: dict[str, Any], pieces: Pieces, assets: Assets) -> None:
    for part in content["parts"] if isinstance(content.get("parts"), list) else ():
        _part(part, pieces, assets)
    for each in objects(content.get("thoughts")):
        pieces.say(text(each.get("content")) or text(each.get("summary")))
    if not pieces.words and not pieces.attached:
        pieces.say(text(content.get("text")) or text(content.get("result")))


def _files(about: dict[str, Any], pieces: Pieces, assets: Assets) -> None:
    for each in objects(about.get("attachments")):
        # Pictures are among the parts as well.
        if not text(each.get("mime_type")).startswith("image/"):
            data = assets.find(text(each.get("id"))) or b""
            pieces.file(each.get("name"), each.get("mime_type"), _words_of(data))


def _words_of(data: bytes) -> str:
    """The text of a file; empty for what is none."""
    try:
        return "" if b"\0" in data else data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _canvas(recipient: str, words: str) -> str:
    """The document that a call of the canvas writes; empty for another call, or a change of a part of it."""
    call = mapping(from_json(words))
    if recipient == f"{_CANVAS}create_textdoc":
        body, kind, name = text(call.get("content")), text(call.get("type")), text(call.get("name"))
        shown = fence(body, kind.partition("/")[2]) if kind.startswith("code") else body
        return f"**{name}**\n\n{shown}" if body and name else shown
    updates = objects(call.get("updates"))
    whole = len(updates) == 1 and updates[0].get("pattern") == ".*"
    return text(updates[0].get("replacement")) if whole else ""


def _place(key: str, node: dict[str, Any], created: float, dropped: Counter[str], assets: Assets) -> Place:
    place = Place(key, node.get("parent"), created_at=created, skip=True)
    message = node.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("content"), dict):
        dropped["message in another form"] += message is not None
        return place
    content, about = mapping(message.get("content")), mapping(message.get("metadata"))
    kind, recipient = text(content.get("content_type")), text(message.get("recipient"))
    role = ROLES.get(text(mapping(message.get("author")).get("role")))
    place.created_at = moment(message.get("create_time"), created)
    if kind in _HIDDEN or about.get("is_visually_hidden_from_conversation"):
        return place
    pieces = Pieces(dropped)
    _read_content(content, pieces, assets)
    if role is Role.USER:
        _files(about, pieces, assets)
    words = resolved(pieces.content(), about)
    if (
        role is None
        or role is Role.SYSTEM
        or kind == _ABOUT_THE_PERSON
        or not (words.strip() or pieces.attached)
    ):
        dropped["message in another form"] += role is None and bool(words.strip())
        return place
    place.attached = pieces.attached
    if role is Role.ASSISTANT:
        place.more["model"] = text(about.get("model_slug")) or None
    if role is Role.TOOL or kind in _ASIDE or recipient not in ("", "all"):
        _aside(place, recipient, words, pieces)
        return place
    place.skip, place.role, place.content = False, role, words
    return place


def _aside(place: Place, recipient: str, words: str, pieces: Pieces) -> None:
    """Steps on the way to a reply; a picture or a document that came of them belongs to its words."""
    made = _canvas(recipient, words) if recipient.startswith(_CANVAS) else ""
    place.role = Role.ASSISTANT
    place.content = made or "\n".join(each for each in pieces.words if each.startswith("[picture"))
    place.reasoning = "" if place.content or pieces.attached else words


def _system(nodes: dict[str, Any]) -> str | None:
    for node in nodes.values():
        message = mapping(mapping(node).get("message"))
        content = mapping(message.get("content"))
        role = text(mapping(message.get("author")).get("role"))
        if content.get("content_type") == _ABOUT_THE_PERSON:
            found = [text(content.get(name)) for name in ("user_profile", "user_instructions")]
        elif role == "system" and isinstance(content.get("parts"), list):
            found = [text(part) for part in content["parts"]]
        else:
            continue
        if words := "\n\n".join(each for each in found if each.strip()):
            return words
    return None


def _entry(data: dict[str, Any], fraction: float, ids: Ids, assets: Assets) -> Entry:
    created = moment(data.get("create_time"), moment(data.get("update_time"), 1.0))
    nodes = data["mapping"]
    dropped: Counter[str] = Counter()
    places = [
        _place(key, node, created, dropped, assets) for key, node in nodes.items() if isinstance(node, dict)
    ]
    places.sort(key=lambda place: place.created_at)
    messages = grow(places, ids)
    session = Session(
        id=ids.at(created),
        title=titled(data),
        title_source="import",
        created=created,
        updated=moment(data.get("update_time"), created),
        model=text(data.get("default_model_slug")) or None,
        system=_system(nodes),
        leaf_id=leaf(messages, data.get("current_node"), {place.key: place.parent for place in places}),
        origin="chatgpt",
        origin_id=text(data.get("conversation_id"))
        or text(data.get("id"))
        or f"{created} {data.get('title')}",
    )
    return Entry(session, tuple(messages.values()), fraction, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    return _read_with(path, in_folder(path.parent))


def _read_with(path: Path, assets: Assets) -> Iterator[Entry]:
    return read_each(path, partial(_entry, assets=assets))


SOURCE = Source("ChatGPT's conversations.json", lambda look: look.any(mapping=dict), _read, _read_with)
