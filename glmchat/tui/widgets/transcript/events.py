"""What the transcript announces; it never acts on it itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message as Event


class TextNeeded(Event):
    """Messages came into view whose text is not here; answer each with `Transcript.put`."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__()
        self.ids = tuple(ids)


class LinkActivated(Event):
    """A link was clicked or chosen; its scheme is not checked."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url


class CodeCopyRequested(Event):
    """A block of code is to be copied."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self.text, self.language = text, language


class CodeSaveRequested(Event):
    """A block of code is to be saved to a file."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self.text, self.language = text, language


class MessageActionRequested(Event):
    """A chip or a note's button was pressed, or `by_key` an action key while the message is selected."""

    def __init__(self, id: int, action: str, by_key: bool = False) -> None:
        super().__init__()
        self.id, self.action, self.by_key = id, action, by_key


class SiblingRequested(Event):
    """Another version of a message is wanted: `step` is -1 for the one before, 1 for the one after."""

    def __init__(self, id: int, step: int) -> None:
        super().__init__()
        self.id, self.step = id, step


class SelectionChanged(Event):
    """The selected text or the selected message (`id`, None for none) is another one; `finished` at mouse up."""

    def __init__(self, id: int | None, has_text: bool, finished: bool = False) -> None:
        super().__init__()
        self.id, self.has_text, self.finished = id, has_text, finished


class FollowChanged(Event):
    """The view follows the end or no longer does; `unseen` tells that text has come below the view."""

    def __init__(self, following: bool, unseen: bool) -> None:
        super().__init__()
        self.following, self.unseen = following, unseen
