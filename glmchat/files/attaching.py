"""A file that a person named as an attachment: its text, or the lines of it that were asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from glmchat.analysis.token_estimate import rough
from glmchat.core.attached import Attached, Attachment, Kind, digest_of
from glmchat.files import pictures, tables
from glmchat.files.documents import text_of_document
from glmchat.files.encodings import text_of
from glmchat.files.html import charset_of, is_html, text_of_html
from glmchat.files.parts import whole
from glmchat.files.patience import Patience
from glmchat.files.reading import Bytes, read, shown
from glmchat.files.refused import FileRefused
from glmchat.support import paths
from glmchat.support.picture_files import kind_of

# The lines of a file: main.py:10-40, main.py:10- to the end, main.py:-40 from the beginning, main.py:10 alone.
_RANGE = re.compile(r"(.+?):(?:(\d+)(?:(-)(\d*))?|-(\d+))", re.DOTALL)

# How an attachment says which lines of its file it is.
_PART = re.compile(r"lines? (\d+(?:-\d+)?) of")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_range(given: str) -> tuple[str, tuple[int, int | None] | None]:
    """The name of a file, and the first and last line that are wanted of it, None for the end or for all.

    A file whose name itself ends like that is meant as it is. Raises FileRefused for lines that run backwards.
    """
    found = _RANGE.fullmatch(given)
    if found is None or _exists(given):
        return given, None
    name, first, dash, last, upto = found.groups()
    lines = (1, int(upto)) if upto else (int(first), int(last) if last else None if dash else int(first))
    if lines[0] < 1 or (lines[1] is not None and lines[1] < lines[0]):
        raise FileRefused(
            f"{shown(given)} names no lines: they are counted from 1, the first before the last, "
            f"as in {shown(name)}:10-40."
        )
    return name, lines


def name_of(attachment: Attachment) -> str:
    """What `attach_any` takes for the same file, or the same lines of it; empty for what came from no file."""
    if attachment.path is None:
        return ""
    lines = _PART.match(attachment.part)
    return f"{attachment.path}:{lines[1]}" if lines else str(attachment.path)


def lines_that_fit(text: str, tokens: int, *, end: bool) -> str:
    """The lines at the beginning or the end of a text that have so many tokens at most, such as ``1-420``."""
    lines = _LINE.findall(text)
    count, taken = 0, 0.0
    for line in reversed(lines) if end else lines:
        taken += rough(line)
        if taken > tokens and count:
            break
        count += 1
    return f"{len(lines) - count + 1}-{len(lines)}" if end else f"1-{count}"


def _exists(name: str) -> bool:
    try:
        return paths.expanded(name).exists()
    except (OSError, ValueError):
        return False


def attach_file(given: str, form: pictures.Form = pictures.USUAL) -> Attached:
    """A file's text, or a range of its lines, by the name that a person wrote; raises FileRefused.

    What is taken whole in a form, a video or a document, is attached so.
    """
    name, lines = split_range(given)
    return _whole_or_text(read(name), lines, form)


def attach_any(
    given: str, form: pictures.Form = pictures.USUAL, patience: Patience | None = None
) -> Attached:
    """A file by the name that a person wrote: a picture as one, everything else as text; raises FileRefused."""
    name, lines = split_range(given)
    return _any(read(name), lines, form, patience)


def attach_again(given: str, before: Attached, form: pictures.Form, patience: Patience) -> Attached:
    """What was attached as it is on disk now; raises FileRefused. The name stays, which may tell of a directory.

    A text that has not changed is not made of its file once more, for a document takes its time.
    """
    told = before.attachment
    name, lines = split_range(given)
    file = read(name)
    same = told.kind is Kind.TEXT and told.source == digest_of(file.data)
    if same and (lines is not None or whole(file, form) is None):
        return before
    now = _any(file, lines, form, patience)
    return replace(now, attachment=replace(now.attachment, name=told.name))


def _any(
    file: Bytes, lines: tuple[int, int | None] | None, form: pictures.Form, patience: Patience | None
) -> Attached:
    if lines is None and kind_of(file.data) is not None:
        return pictures.prepared(file, form)
    return _whole_or_text(file, lines, form, patience)


def _whole_or_text(
    file: Bytes, lines: tuple[int, int | None] | None, form: pictures.Form, patience: Patience | None = None
) -> Attached:
    part = whole(file, form) if lines is None else None
    return part or text_attached(file, lines, patience)


def attach_input(data: bytes) -> Attached:
    """What was piped in, as a file; raises FileRefused."""
    return text_attached(Bytes(Path("-"), "standard input", data), None)


def attach_page(address: str, type: str, charset: str, data: bytes) -> Attached:
    """A page of the web as an attachment: its text, or a picture; raises FileRefused."""
    file = Bytes(Path("-"), address, data)
    if kind_of(data) is not None:
        return pictures.prepared(file)
    if not is_html(type, data):
        return text_attached(file, None)
    text = text_of_html(_decoded(file, charset or charset_of(data)))
    if not text:
        raise FileRefused(f"{shown(address)} has no text: it may be made by a program in the browser.")
    attached = text_attached(Bytes(file.path, address, text.encode()), None)
    return replace(
        attached, attachment=replace(attached.attachment, encoding="web page", source=digest_of(data))
    )


def _decoded(file: Bytes, charset: str) -> str:
    """The text of a page by the encoding that it names, or by what it looks like."""
    try:
        return file.data.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return text_of(file.data, shown(file.name))[0]


def text_attached(
    file: Bytes, lines: tuple[int, int | None] | None, patience: Patience | None = None
) -> Attached:
    """Text as an attachment, whole or some lines of it; raises FileRefused."""
    text, encoding = text_of_document(file, patience) or text_of(file.data, shown(file.name))
    part = ""
    if tables.is_table(file.name) and (size := tables.measured(text, file.name)):
        encoding = f"{encoding}, {size}"
    if lines is not None:
        text, part = _cut(text, lines, file.name)
    content = text.encode("utf-8", "replace")
    path = None if file.path == Path("-") else str(file.path)
    return Attached(
        Attachment(
            Kind.TEXT,
            file.name,
            digest_of(content),
            len(content),
            round(rough(text)),
            path=path,
            source=digest_of(file.data),
            part=part,
            encoding=encoding,
        ),
        content,
    )


def _cut(text: str, lines: tuple[int, int | None], name: str) -> tuple[str, str]:
    """Some lines of a text, and which they are in words; raises FileRefused where it has none of them."""
    all_lines = _LINE.findall(text)
    first, last = lines[0], min(lines[1] or len(all_lines), len(all_lines))
    if first > len(all_lines):
        count = f"{len(all_lines)} line{'' if len(all_lines) == 1 else 's'}"
        raise FileRefused(f"{shown(name)} has {count}, and none from line {first} on.")
    words = f"line {first}" if first == last else f"lines {first}-{last}"
    words = f"{words} of {len(all_lines)}"
    taken = "".join(all_lines[first - 1 : last])
    if first > 1 and tables.is_table(name):
        # Without the names of its columns a table says nothing.
        return f"{all_lines[0]}{taken}", f"{words}, below line 1"
    return taken, words
