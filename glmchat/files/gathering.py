"""Several files at once: those below a directory, or those that a pattern such as ``src/**/*.py`` names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import starmap
from pathlib import Path

from glmchat.core.attached import Attached, Kind
from glmchat.core.attachments import size_of
from glmchat.files import attaching, reading
from glmchat.files.dropped import decoded
from glmchat.files.ignored import NEVER, Specs, above, entries, is_file, is_ignored, is_there, specs_in
from glmchat.files.patience import Patience
from glmchat.files.pictures import USUAL, Form
from glmchat.files.reading import name_of, shown
from glmchat.files.refused import DocumentRefused, FileRefused, LateRefused, UnreadableRefused
from glmchat.support import paths
from glmchat.support.text import counted

# More are taken for a slip: a home directory, or all of a project with what it was built into.
MOST_FILES = 500
# A larger file is attached where it is named alone; a directory's largest are data, logs and locks.
MOST_EACH = 1_000_000
# These are large by nature, and not by their text.
_HEAVY = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".docx"})
# So many entries are looked at, and so much is read, before a narrower name is asked for.
_MOST_ENTRIES = 50_000
_MOST_READ = 256 << 20
# So long all of it together may take to read.
MOST_S = 60.0
# Directories below each other that are gone into.
_DEEPEST = 60
# So many names are kept of what is left out for one reason.
_NAMED = 200

_PATTERN = re.compile(r"[*?\[]|\{[^{}]*,[^{}]*\}")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")

# Why something is left out, as it follows a count.
IGNORED, HIDDEN, BINARY, LARGE = "ignored by git", "hidden", "not text", f"larger than {size_of(MOST_EACH)}"
LINK, UNREADABLE, SPECIAL = "behind a link", "unreadable", "no regular file"
DEEP, LATE = "too deep", f"not read within {MOST_S:.0f} s"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a directory or a pattern would take in, and by the reason what it leaves out, by name or in a sentence."""

    given: str
    taken: tuple[Attached, ...]
    left_out: dict[str, list[str]]

    def only(self, kind: Kind, reason: str) -> Gathered:
        """Only what is of a kind; the rest is left out for a reason."""
        others = [each.attachment.name for each in self.taken if each.attachment.kind is not kind]
        taken = tuple(each for each in self.taken if each.attachment.kind is kind)
        return Gathered(self.given, taken, self.left_out | ({reason: others} if others else {}))

    @property
    def line(self) -> str:
        """What would be taken in, in a line: how many, how large, and how many tokens as an estimate."""
        texts = sum(each.attachment.kind is Kind.TEXT for each in self.taken)
        pictures = len(self.taken) - texts
        counts = [counted(texts, "file")] if texts or not pictures else []
        counts += [counted(pictures, "picture")] if pictures else []
        size = sum(each.attachment.size for each in self.taken)
        tokens = sum(each.attachment.tokens for each in self.taken)
        return f"{' and '.join(counts)}, {size_of(size)}, about {counted(tokens, 'token')}"

    @property
    def rest(self) -> str:
        """What is left out and why, as a sentence; empty where nothing is."""
        if not self.left_out:
            return ""
        return f"Left out: {', '.join(starmap(_counted, self.left_out.items()))}."

    def report(self) -> str:
        """All of it by name, as Markdown."""
        lines = [f"- {_code(each.attachment.line)}" for each in self.taken]
        for why, names in self.left_out.items():
            lines += ["", f"Left out, {why}:", ""]
            lines += [f"- {_code(name)}" for name in names[:_NAMED]]
            lines += [f"- and {len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
        return "\n".join(lines)


def meant(given: str) -> str:
    """The name of a file, a directory or a pattern as the disk has it: as it is written, else as a shell reads it."""
    ways = [given, *decoded(given)]
    if (found := next((each for each in ways if _stands(each)), None)) is not None:
        return found
    return ways[-1] if _PATTERN.search(given) or given.startswith("file://") else given


def _stands(name: str) -> bool:
    """Whether a name is there, with the lines that are wanted of it or without."""
    try:
        return is_there(paths.expanded(attaching.split_range(name)[0]).exists)
    except (FileRefused, ValueError):
        return False


def is_several(given: str) -> bool:
    """Whether a name means several files: a directory, or a pattern that is no file's own name."""
    if not given.strip():
        return False
    try:
        path = paths.expanded(given)
        return is_there(path.is_dir) or (_PATTERN.search(given) is not None and not os.path.lexists(path))
    except (OSError, ValueError):
        return False


def gather(given: str, form: Form = USUAL, patience: Patience | None = None) -> Gathered:
    """Read what a directory or a pattern means; raises FileRefused where that is nothing, too much, or stopped."""
    patience = patience or Patience(MOST_S)
    left_out: dict[str, list[str]] = {}
    taken: list[Attached] = []
    read = 0
    for path, name in _named(given, left_out):
        if patience.stopped:
            break
        if not patience.left_s:
            _leave(left_out, LATE, name)
            continue
        try:
            size = path.stat().st_size
            if size > (reading.MOST_BYTES if path.suffix.lower() in _HEAVY else MOST_EACH):
                _leave(left_out, LARGE, name)
                continue
            read += size
            attached = attaching.attach_any(str(path), form, patience)
            taken.append(replace(attached, attachment=replace(attached.attachment, name=name)))
        except OSError as error:
            _leave(left_out, UNREADABLE, f"{name}: {error.strerror or error}.")
        except (UnreadableRefused, DocumentRefused) as refused:
            _leave(left_out, UNREADABLE, str(refused).replace(str(path), name))
        except LateRefused:
            _leave(left_out, LATE, name)
        except FileRefused:
            _leave(left_out, BINARY, name)
        if len(taken) > MOST_FILES or read > _MOST_READ:
            raise FileRefused(
                f"{shown(given)} takes in more than {counted(MOST_FILES, 'file')} or {size_of(_MOST_READ)}; "
                "name a part of it, such as a directory in it or *.md."
            )
    if patience.stopped:
        raise LateRefused(f"Reading what is in {shown(given)} was stopped; nothing of it is attached.")
    found = Gathered(given, tuple(taken), left_out)
    if not taken:
        is_dir = is_there(paths.expanded(given).is_dir)
        nothing = (
            f"There is nothing in {shown(given)} that" if is_dir else f"{shown(given)} names no file that"
        )
        raise FileRefused(f"{nothing} can be attached. {found.rest}".rstrip())
    size = sum(each.attachment.size for each in taken)
    if size > reading.MOST_BYTES:
        raise FileRefused(
            f"{shown(given)} takes in {size_of(size)}, and at most {size_of(reading.MOST_BYTES)} can be attached; "
            "name a part of it."
        )
    return found


def _named(given: str, left_out: dict[str, list[str]]) -> Iterator[tuple[Path, str]]:
    """The files that are meant, each with the name that a model sees; what is passed over is counted."""
    if is_there(paths.expanded(given).is_dir):
        yield from _Walk(paths.expanded(given), ("**",), left_out).files()
        return
    seen: set[Path] = set()
    for each in _alternatives(given):
        base, pattern = _split(each)
        if not pattern:
            if is_there(base.is_file) and base not in seen:
                seen.add(base)
                yield base, name_of(base)
            continue
        for path, name in _Walk(base, pattern, left_out).files():
            if path not in seen:
                seen.add(path)
                yield path, name


def _alternatives(given: str) -> list[str]:
    """A pattern with braces as the patterns that it stands for, as a shell has it."""
    found = _BRACES.search(given)
    if found is None:
        return [given]
    return [
        other
        for word in found[1].split(",")[:100]
        for other in _alternatives(f"{given[: found.start()]}{word}{given[found.end() :]}")
    ][:1000]


def _split(given: str) -> tuple[Path, tuple[str, ...]]:
    """The directory in which a pattern begins, and its parts below; a name such as ``[id]`` that is there is none."""
    parts = paths.expanded(given).parts
    base = Path()
    for at, part in enumerate(parts):
        if _PATTERN.search(part) and not is_there((base / part).exists):
            return base, parts[at:]
        base /= part
    return base, ()


class _Walk:
    """The files below a directory that a pattern means, in the order of their names; no link is followed down."""

    def __init__(self, base: Path, pattern: Sequence[str], left_out: dict[str, list[str]]) -> None:
        self._base = base.absolute()
        self._pattern = pattern
        self._left_out = left_out
        self._way, self._specs = above(base)
        self._shows_hidden = any(part.startswith(".") for part in pattern)
        self._deepest = None if "**" in pattern else len(pattern)
        self._seen = 0
        inside = name_of(base)
        self._prefix = "" if inside in (".", "") else f"{inside}/"

    def files(self, below: str = "", specs: Specs | None = None) -> Iterator[tuple[Path, str]]:
        """The files of a directory and of those in it."""
        depth = below.count("/") + 1
        if not below and not is_there(self._base.exists):
            return
        if not os.access(self._base / below, os.R_OK | os.X_OK):
            _leave(self._left_out, UNREADABLE, f"{self._prefix}{below}")
            return
        specs = specs_in(self._base / below, f"{self._way}{below}", self._specs if specs is None else specs)
        for entry in entries(self._base / below):
            self._seen += 1
            if self._seen > _MOST_ENTRIES:
                raise FileRefused(
                    f"{shown(str(self._base))} holds more than {_MOST_ENTRIES:,} files and directories; "
                    "name a part of it."
                )
            way = f"{below}{entry.name}"
            is_dir = entry.is_dir(follow_symlinks=False)
            if is_dir and (entry.name in NEVER or (self._deepest is not None and depth >= self._deepest)):
                continue
            if not is_dir and not matches(way.split("/"), self._pattern):
                continue
            if why := self._reason(entry, way, is_dir, specs):
                _leave(self._left_out, why, f"{self._prefix}{way}{'/' if is_dir else ''}")
            elif is_dir:
                yield from self.files(f"{way}/", specs)
            else:
                yield self._base / way, f"{self._prefix}{way}"

    def _reason(self, entry: os.DirEntry[str], way: str, is_dir: bool, specs: Specs) -> str:
        """Why something is passed over; empty where it is not."""
        if entry.name.startswith(".") and not self._shows_hidden:
            return HIDDEN
        if is_ignored(specs, f"{self._way}{way}", is_dir):
            return IGNORED
        if is_dir:
            return DEEP if way.count("/") >= _DEEPEST else ""
        if is_file(entry):
            return ""
        return LINK if entry.is_symlink() and is_there(Path(entry.path).is_dir) else SPECIAL


def matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a way fits a pattern part by part; ``**`` stands for any number of directories, at its end for all."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        rest = pattern[1:]
        if not rest or rest[0] == "**":
            return matches(parts, rest) if rest else bool(parts)
        return any(matches(parts[at:], rest) for at in range(len(parts)))
    fits = bool(parts) and (parts[0] == pattern[0] or fnmatchcase(parts[0], pattern[0]))
    return fits and matches(parts[1:], pattern[1:])


def _counted(why: str, names: Sequence[str]) -> str:
    """How many are left out for a reason; of what cannot be read, what the first of them says of it."""
    first = f" ({shown(names[0]).rstrip('.')})" if why == UNREADABLE else ""
    return f"{len(names):,} {why}{first}"


def _leave(left_out: dict[str, list[str]], why: str, name: str) -> None:
    left_out.setdefault(why, []).append(name)


def _code(line: str) -> str:
    return f"`{shown(line).replace('`', chr(39))}`"
