"""The files and pictures of a command line, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glmchat.api.dialect_rows import BY_NAME
from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import piped_bytes, say
from glmchat.core.attached import Attached, Kind
from glmchat.core.catalogue import blind
from glmchat.core.model import SEE, Model

if TYPE_CHECKING:
    from glmchat.commands.target import Target
    from glmchat.files.pictures import Form

STANDARD_INPUT = "-"


def attached_of(call: Call, target: Target, more: str | None = None) -> list[Attached]:
    """The files, with one more, and the pictures of a call; raises UsageError with what is wrong with one of them."""
    files, images = [*call.all("file"), *([more] if more else [])], call.all("image")
    if not files and not images:
        return []
    from glmchat.files import pictures
    from glmchat.files.attaching import attach_file
    from glmchat.files.gathering import is_several, meant
    from glmchat.files.reading import read
    from glmchat.files.refused import FileRefused
    from glmchat.turn.parts import form_for

    if files.count(STANDARD_INPUT) > 1:
        raise UsageError("--file - was given twice, and there is one standard input.")
    chat = target.settings.chat
    form = form_for(BY_NAME[target.row.dialect], target.known, chat.picture_pixels, chat.picture_detail)
    out: list[Attached] = []
    try:
        for each in map(meant, files):
            if each != STANDARD_INPUT and is_several(each):
                out += _gathered(each, form, Kind.TEXT, "not text but a picture (--image attaches those)")
            else:
                out.append(_standard_input() if each == STANDARD_INPUT else attach_file(each, form))
        for given in images:
            is_data = given.strip()[:5].lower() == "data:"
            each = given if is_data else meant(given)
            if not is_data and is_several(each):
                out += _gathered(each, form, Kind.PICTURE, "not a picture (--file attaches text)")
            else:
                out.append(pictures.prepared(pictures.from_data_uri(each) if is_data else read(each), form))
    except FileRefused as refused:
        raise UsageError(str(refused)) from None
    for note in (note for each in out for note in each.notes):
        say(note)
    return out


def _gathered(given: str, form: Form, kind: Kind, others: str) -> tuple[Attached, ...]:
    """What a directory or a pattern has of a kind, said in a line; raises FileRefused."""
    from glmchat.files.gathering import gather
    from glmchat.files.reading import shown
    from glmchat.files.refused import FileRefused

    found = gather(given, form).only(kind, others)
    if not found.taken:
        raise FileRefused(f"{shown(given)} has no {kind.value} that can be attached. {found.rest}")
    say(f"{shown(given)}: {found.line}. {found.rest}".rstrip())
    return found.taken


def _standard_input() -> Attached:
    from glmchat.files.attaching import attach_input

    data = piped_bytes()
    if data is None:
        raise UsageError("--file - reads standard input, and nothing is piped into it.")
    return attach_input(data)


def refuse_blind(attached: Sequence[Attached], model: Model) -> None:
    """Raise UsageError where a model is known to see no pictures and there is one; names models that see."""
    first = next((each for each in attached if each.attachment.kind is Kind.PICTURE), None)
    if first is not None and model.abilities and SEE not in model.abilities:
        raise UsageError(blind(model))
