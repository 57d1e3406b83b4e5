"""How the app behaves where nobody said otherwise: the defaults of ``[chat]`` and ``[screen]`` stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the app behaves; the names are those of ``[chat]`` and ``[screen]`` in config.toml.

    `notify` is ``none``, ``bell`` or ``desktop``. `keys` maps a command's name to the keys that run it.
    `retries` counts attempts after the first. `retry_after_limit_s` is the longest ``Retry-After`` waited for.
    `thought_place` is ``message`` or ``panel``: where thoughts stand.
    `editing` is ``plain`` or ``vim``: the keys that edit the prompt.
    `pictures` is ``auto``, ``kitty``, ``sixel``, ``blocks`` or ``off``: how they are drawn on the screen.
    `unanswered` is ``merge`` or ``leave-out``: what becomes of a question without an answer when the next one is sent.
    `picture_pixels` is the longest side that a picture is sent with; `picture_detail` is ``auto``, ``low`` or ``high``.
    """

    theme: str = "dusk"
    language: str = "en"
    fold_thinking: bool = True
    thinking_open: bool = True
    thought_place: str = "message"
    sessions_open: bool = True
    parameters_open: bool = True
    editing: str = "plain"
    pictures: str = "auto"
    notify: str = "none"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retries: int = 2
    retry_after_limit_s: float = 60.0
    titles_by_model: bool = False
    unanswered: str = "merge"
    picture_pixels: int = 2048
    picture_detail: str = "auto"
