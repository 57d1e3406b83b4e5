"""What the person answered once about a file of somebody else: a JSON object in the state directory."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from glmchat.support import paths

T = TypeVar("T")


class Answers(Generic[T]):
    """Answers of one type by key, kept in the file of a name; what is no such answer is not there."""

    def __init__(self, file: str, type_: type[T]) -> None:
        self._file = file
        self._type = type_

    def all(self) -> dict[str, T]:
        """Read them; none where the file cannot be read."""
        try:
            found = json.loads((paths.state_dir() / self._file).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if isinstance(value, self._type)}

    def put(self, key: str, answer: T) -> None:
        """Keep one; raises OSError."""
        paths.write_private(paths.state_dir() / self._file, json.dumps({**self.all(), key: answer}, indent=1))
