"""The judge of what a terminal gets must itself be right."""

import pytest

from tests.security.escapes import TEXT_ONLY, Rules, shown, violations
from tests.security.hostile import PAYLOADS

SCREEN = Rules(80, 24)
HARMLESS_ON_A_SCREEN = {
    "\r",
    "\r\n",
    "\ud83d\ude00",
    "\x1b[?25h",
    "\x1b[?1049l",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[>q",
}


@pytest.mark.parametrize("payload", [each for each in PAYLOADS if each not in HARMLESS_ON_A_SCREEN])
def test_every_payload_is_noticed(payload: str) -> None:
    data = f"\x1b[1;1Hbefore {payload} after\x1b[0m".encode("utf-8", "surrogatepass")
    assert violations(data, SCREEN)


@pytest.mark.parametrize("payload", [each for each in PAYLOADS if "\x1b" in each])
def test_a_command_that_prints_text_writes_no_sequence_at_all(payload: str) -> None:
    assert violations(payload.encode(), TEXT_ONLY)


def test_what_a_screen_is_drawn_with_is_allowed() -> None:
    frame = "\x1b[?2026h\x1b[24;80H\x1b[38;2;10;20;30;48;2;1;1;1mtext 中\x1b[0m"
    frame += "\x1b[5G\x1b]22;default\x07\x1b[?2026l\r\n"
    assert violations(frame.encode(), SCREEN) == []
    assert shown(frame.encode()) == "text 中"
