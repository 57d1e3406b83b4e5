"""How much of a window is kept for the reply: the question and the leaving out go by one rule."""

import pytest

from glmchat.workspace.budget import ContextUse, oldest_to_drop, reserved


@pytest.mark.parametrize("room", [100, 4096, 20_000, 40_000, 200_000])
@pytest.mark.parametrize("prompt", [1000, 15_000, 16_385, 24_000, 28_000, 33_000])
def test_what_is_asked_about_is_what_would_be_left_out(prompt: int, room: int) -> None:
    window = 32_768
    asked = ContextUse(prompt, window, estimated=False, reply_room=room).would_overflow
    assert asked == (oldest_to_drop([prompt - 1, 1], window - reserved(room, window)) > 0)


def test_half_of_the_window_stays_for_the_prompt() -> None:
    assert (reserved(100, 1000), reserved(900, 1000)) == (100, 500)
