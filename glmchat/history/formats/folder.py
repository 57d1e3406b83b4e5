"""A folder beside an exported file, for the pictures that the file shows."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import quote

from glmchat.core.attached import digest_of
from glmchat.support import paths

_ENDINGS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "video/mp4": ".mp4",
    "video/quicktime": ".mov", "video/webm": ".webm", "application/pdf": ".pdf",
}  # fmt: skip
_LONGEST_NAME = 60
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+={0,2})")


class Folder:
    """Collects what an export shows, each once, until `write` puts it beside the file."""

    def __init__(self, file: Path) -> None:
        self._place = file.with_name(f"{file.stem}_files")
        self._waiting: dict[str, bytes] = {}

    def link(self, name: str, type: str, data: bytes) -> str:
        """Take in a picture; the way to it from the exported file, as a link has it."""
        stem = "".join(char if char.isalnum() or char in "-_" else "-" for char in Path(name).stem)
        while len(stem.encode()) > _LONGEST_NAME:
            stem = stem[:-1]
        file = f"{stem.strip('-') or 'picture'}-{digest_of(data)[:8]}{_ENDINGS.get(type, '')}"
        self._waiting[file] = data
        return quote(f"{self._place.name}/{file}")

    def link_of_uri(self, uri: str) -> str | None:
        """Take in the picture of a data URI; None for what is none that is known."""
        found = _DATA.fullmatch(uri)
        if found is None:
            return None
        try:
            return self.link("picture", found[1], base64.b64decode(found[2]))
        except ValueError:
            return None

    def write(self) -> None:
        """Write what was taken in since the last time, for its owner alone; raises OSError."""
        for name, data in self._waiting.items():
            paths.write_bytes(self._place / name, data)
        self._waiting.clear()
