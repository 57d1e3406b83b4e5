"""SillyTavern's chats: JSON lines, the first of them about the chat, each other one a message.

`mes` is what was said, `swipes` are all versions of it, and `swipe_id` the one that was chosen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import MISREAD
from glmchat.history.formats.jsonstream import JsonBroken, Unreadable, entries
from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import mapping, moment, objects, skipped, text
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.tree import Ids, Place, contents_of, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

# What newer versions write in the place of a name.
_NAMELESS = frozenset({"", "unused"})
# 2024-2-3 @4h 5m 6s 7ms, and 2024-2-3@04h05m06s
_OLDER = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s")
# June 19, 2023 4:13pm
_WORDED = "%B %d, %Y %I:%M%p"


def _when(value: Any, otherwise: float) -> float:
    """A time in any of the forms that its versions wrote; without a zone it was the person's own."""
    if isinstance(value, str):
        try:
            if found := _OLDER.match(value):
                return datetime(*map(int, found.groups())).timestamp()  # type: ignore[arg-type]
            if value[:1].isalpha():
                return datetime.strptime(value, _WORDED).timestamp()
        except (ValueError, OverflowError):
            return otherwise
    return moment(value, otherwise)


def _read_files(extra: dict[str, Any], pieces: Pieces) -> None:
    for each in [media.get("url") for media in objects(extra.get("media"))] or filter(
        None, [extra.get("image")]
    ):
        pieces.picture(each)
    for each in objects(extra.get("files")) or objects([extra.get("file")]):
        pieces.file(each.get("name"), each.get("type"), each.get("text"))


def _version(words: Any, extra: dict[str, Any], line: dict[str, Any], dropped: Counter[str]) -> Place:
    pieces = Pieces(dropped)
    pieces.say(words)
    pieces.think(extra.get("reasoning"))
    _read_files(mapping(line.get("extra")), pieces)
    role = Role.USER if line.get("is_user") is True else Role.ASSISTANT
    place = Place(object(), None, role, pieces.content("\n\n"), pieces.reasoning())
    if role is Role.ASSISTANT:
        place.more["model"] = text(extra.get("model")) or None
    place.attached = pieces.attached
    place.skip = not (place.content.strip() or place.reasoning or place.attached)
    return place


def _versions(line: dict[str, Any], before: float, dropped: Counter[str]) -> tuple[list[Place], Place]:
    """Every version of a message, and the one that was chosen."""
    swipes = [each for each in line.get("swipes") or () if isinstance(each, str)]
    about = objects(line.get("swipe_info"))
    chosen = line.get("swipe_id")
    if (
        line.get("is_user") is True
        or len(swipes) < 2
        or type(chosen) is not int
        or not 0 <= chosen < len(swipes)
    ):
        swipes, about, chosen = [line.get("mes", "")], [], 0
    places = []
    for number, words in enumerate(swipes):
        own = mapping(about[number].get("extra")) if number < len(about) else {}
        current = number == chosen
        place = _version(
            line.get("mes") if current else words,
            mapping(line.get("extra")) if current else own,
            line,
            dropped,
        )
        given = about[number].get("send_date") if number < len(about) else None
        place.created_at = _when(line.get("send_date") if current else given, before)
        places.append(place)
    return places, places[chosen]


def _places(lines: list[dict[str, Any]], created: float, dropped: Counter[str]) -> tuple[list[Place], Any]:
    names = {text(line.get("name")) for line in lines if line.get("is_user") is not True}
    places: list[Place] = []
    above: Any = None
    before = created
    for line in lines:
        if not isinstance(line.get("mes"), str):
            dropped["message in another form"] += 1
            continue
        if line.get("is_system") is True and mapping(line.get("extra")).get("type"):
            # What the program itself said, such as its help.
            dropped["note"] += 1
            continue
        versions, chosen = _versions(line, before, dropped)
        for place in versions:
            place.parent = above
            if len(names) > 1 and place.role is Role.ASSISTANT and text(line.get("name")):
                place.content = f"**{text(line['name'])}:** {place.content}"
        dropped["message without text"] += chosen.skip
        places += versions
        above, before = chosen.key, chosen.created_at
    return places, above


def _entry(path: Path, head: dict[str, Any], lines: list[dict[str, Any]], dropped: Counter[str]) -> Entry:
    ids = Ids()
    first = next((at for line in lines if (at := _when(line.get("send_date"), 0.0))), 1.0)
    created = _when(head.get("create_date"), first)
    places, last = _places(lines, created, dropped)
    messages = grow(places, ids)
    said = tuple(messages.values())
    named = text(head.get("character_name"))
    speakers = (text(line.get("name")) for line in lines if line.get("is_user") is not True)
    who = next(speakers, "") if named in _NAMELESS else named
    session = Session(
        id=ids.at(created),
        title=who.strip() or path.stem,
        title_source="import",
        created=created,
        updated=max((message.created_at for message in said), default=created),
        model=next((message.model for message in reversed(said) if message.model), None),
        leaf_id=messages[last].id if last in messages else said[-1].id if said else None,
        origin="sillytavern",
        origin_id=f"{named or who} {text(head.get('create_date')) or created}",
    )
    return Entry(session, said, 1.0, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    dropped: Counter[str] = Counter()
    lines: list[dict[str, Any]] = []
    broken = ""
    try:
        for line, _ in entries(path):
            if isinstance(line, dict) and not isinstance(line, Unreadable):
                lines.append(line)
            else:
                dropped["message in another form"] += 1
    except JsonBroken as error:
        broken = str(error)
    head = lines.pop(0) if lines and "mes" not in lines[0] else {}
    try:
        yield _entry(path, head, lines, dropped)
    except MISREAD:
        yield skipped(1, {"name": head.get("character_name")}, 1.0)
    if broken:
        yield Entry(None, (), 1.0, broken)


SOURCE = Source(
    "SillyTavern's chat",
    lambda look: not look.array and look.any(mes=object, is_user=object, name=object),
    _read,
)
