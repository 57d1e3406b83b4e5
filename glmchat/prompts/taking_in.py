"""A folder of prompts of other programs or machines, taken into the person's own library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from glmchat.prompts import library
from glmchat.prompts.template import PromptRefused, read
from glmchat.support import paths
from glmchat.support.text_files import NotText, read_text

ENDINGS = (".md", ".markdown", ".txt", ".prompt")
MOST = 500
_OTHER = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The names of the prompts that are in the library now, and a sentence for each file that was left."""

    names: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What came of it."""
        if not self.names and not self.left:
            return f"There is no file there that ends in {', '.join(ENDINGS)}."
        count = len(self.names)
        told = f"{count or 'No'} prompt{'' if count == 1 else 's'} taken in."
        if self.left:
            told += f" {len(self.left)} left: {' '.join(self.left[:3])}"
        return told


def take_in(given: str) -> TakenIn:
    """Take in what a folder holds, or one file; nothing that is there is replaced. Raises PromptRefused."""
    try:
        place = paths.expanded(given).resolve()
        files = sorted(_files(place))
    except (OSError, ValueError) as error:
        raise PromptRefused(f"{given} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(files) > MOST:
        raise PromptRefused(f"{given} holds {len(files):,} files, and a folder of prompts at most {MOST:,}.")
    names, left = [], []
    for file in files:
        name = name_of(file, place)
        try:
            text = read_text(paths.regular(file), library.MOST_BYTES)
            if "\0" in text:
                raise PromptRefused(f"{file.name} is no text.")
            read(name, text)
            library.save(name, text)
            names.append(name)
        except PromptRefused as refused:
            left.append(str(refused))
        except NotText as error:
            left.append(f"{file.name} {error}.")
        except OSError as error:
            left.append(f"{file.name} cannot be read or kept: {error.strerror}.")
    return TakenIn(tuple(names), tuple(left))


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise PromptRefused(f"There is no folder {place}.")
    own = library.own_directory().resolve()
    if place == own or place in own.parents or own in place.parents:
        raise PromptRefused(f"The library itself is {own}; what lies there is a prompt already.")
    return [each for each in place.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file()]


def name_of(file: Path, place: Path) -> str:
    """What a prompt is called by its file, below the folder that is taken in."""
    parts = [file.stem] if file == place else file.relative_to(place).with_suffix("").parts
    return "-".join(_OTHER.sub("-", part).strip("-.") or "prompt" for part in parts).lower()
