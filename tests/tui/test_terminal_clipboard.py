"""What was copied, from a terminal that speaks kitty's clipboard protocol: whole, late, refused, too large."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from glmchat.support import clipboard
from glmchat.tui.platform import terminal_clipboard
from tests.files.drawn import png
from tests.tui.input.line import Line
from tests.tui.stage import Stage, staged

_ASKED = re.compile(r"\x1b\]5522;(?P<told>[^;]*);(?P<wanted>[^\x1b]*)\x1b\\")


class Terminal:
    """A terminal with a clipboard: what was copied by its kind, and how each question is answered."""

    def __init__(self, stage: Stage, **kinds: bytes) -> None:
        self.kinds = {name.replace("_", "/"): data for name, data in kinds.items()}
        self.asked: list[str] = []
        self.held: list[str] = []
        self.answer: Callable[[str, str], list[str]] = self.usual
        self._clipboard = stage.app.terminal_clipboard
        assert self._clipboard.begin(self.write) == "\x1b[?5522$p"
        self._clipboard.told_mode(2)

    def write(self, data: str) -> None:
        found = _ASKED.fullmatch(data)
        assert found is not None
        told = dict(each.split("=", 1) for each in found["told"].split(":"))
        assert told["type"] == "read" and told["pw"] and base64.b64decode(told["name"]) == b"glmchat"
        assert re.fullmatch(r"[a-zA-Z0-9_+.-]+", told["id"])
        wanted = base64.b64decode(found["wanted"], validate=True).decode()
        self.asked.append(wanted)
        self.send(self.answer(wanted, told["id"]))

    def usual(self, wanted: str, id: str) -> list[str]:
        """The packets of an answer, as the protocol has them."""
        data = " ".join(self.kinds).encode() if wanted == "." else self.kinds[wanted]
        pieces = [data[at : at + 4096] for at in range(0, len(data), 4096)]
        name = base64.b64encode(wanted.encode()).decode()
        middle = [f"DATA:mime={name};{base64.b64encode(each).decode()}" for each in pieces]
        return [packet(id, each) for each in ["OK", *middle, "DONE"]]

    def send(self, packets: list[str]) -> None:
        """Have what comes read as the terminal's bytes are; nothing of it is typed."""
        for token in (line := Line().send("".join(packets))).out:
            self._clipboard.take(*token)
        assert line.text == ""


def packet(id: str, rest: str) -> str:
    status, _, payload = rest.partition(";")
    return f"\x1b]5522;type=read:id={id}:status={status}{f';{payload}' if payload else ''}\x1b\\"


def chips(stage: Stage) -> list[str]:
    return [each.attached.attachment.name for each in stage.workspace.current.attached]


@pytest.fixture(autouse=True)
def far_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Over ssh, where the tools tell of another clipboard."""
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clipboard, "picture", lambda: None)
    monkeypatch.setattr(clipboard, "text", lambda: "of the tool")


async def test_a_picture_is_attached_byte_for_byte_and_typing_goes_on(tmp_path: Path) -> None:
    picture = png(400, 300)
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, text_html=b"<img>", image_jpeg=b"worse", image_png=picture)
        await stage.type("see")
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["clipboard.png"])
        await stage.type(" this")
        assert terminal.asked == [".", "image/png"] and stage.prompt == "see this"
        await stage.command("/clip")
        await stage.until(lambda: chips(stage) == ["clipboard.png", "clipboard-2.png"])


async def test_words_are_put_in_and_files_of_another_computer_are_told(tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("the walrus")
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, text_plain="Wörter".encode(), image_png=png())
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "Wörter")
        stage.app.chat.prompt.put("")
        files = f"file://{tmp_path}/a%20b.md\r\n".encode()
        terminal.kinds = {"text/plain": b"a b.md", "image/png": png(), "text/uri-list": files}
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["a b.md"])
        terminal.kinds["text/uri-list"] = b"file:///far/away.png"
        await stage.press("ctrl+v")
        await stage.until(lambda: "not on this computer" in stage.notices)
        assert stage.prompt == "file:///far/away.png"


Answer = Callable[[str, str, list[str]], list[str]]
FAILURES: dict[str, tuple[Answer, str]] = {
    "refused": (lambda wanted, name, usual: [packet(name, "EPERM")], "not allowed"),
    "busy": (lambda wanted, name, usual: [packet(name, "EBUSY")], "try it once more"),
    "damaged": (lambda wanted, name, usual: [usual[0], packet(name, "DATA:mime=Lg==;=Q")], "damaged"),
    "without a beginning": (lambda wanted, name, usual: usual[1:], "odd"),
    "silent": (lambda wanted, name, usual: [], "in time"),
    "stopping": (lambda wanted, name, usual: usual[:-1], "in time"),
    "of another": (lambda wanted, name, usual: [each.replace(name, "other") for each in usual], "in time"),
    "too large": (lambda wanted, name, usual: usual, "larger than"),
}


@pytest.mark.parametrize(("answer", "words"), FAILURES.values(), ids=FAILURES)
async def test_a_picture_that_does_not_come_is_said_and_nothing_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, words: str
) -> None:
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, image_png=png(100, 100))
        monkeypatch.setattr(terminal_clipboard, "ASKED_S", 0.05)
        monkeypatch.setattr(terminal_clipboard, "PIECE_S", 0.05)
        if words == "larger than":
            monkeypatch.setattr(terminal_clipboard, "MOST_BYTES", 100)
        asked: list[str] = []

        def say(wanted: str, id: str) -> list[str]:
            asked.append(id)
            usual = terminal.usual(wanted, id)
            return usual if wanted == "." else answer(wanted, id, usual)

        terminal.answer = say
        await stage.press("ctrl+v")
        await stage.until(lambda: words in stage.notices)
        terminal.send(terminal.usual("image/png", asked[-1]))  # which comes too late
        assert not chips(stage) and stage.prompt == ""
        terminal.answer = terminal.usual
        monkeypatch.setattr(terminal_clipboard, "MOST_BYTES", 1 << 20)
        await stage.press("ctrl+v")
        await stage.until(lambda: chips(stage) == ["clipboard.png"])


async def test_while_the_person_is_asked_a_second_question_is_not(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, image_png=png())
        late: list[str] = []

        def ask(wanted: str, id: str) -> list[str]:
            late.extend(terminal.usual(wanted, id))
            return late if wanted == "." else []

        terminal.answer = ask
        await stage.press("ctrl+v")
        await stage.until(lambda: terminal.asked == [".", "image/png"])
        await stage.press("ctrl+v")
        await stage.until(lambda: "still being asked" in stage.notices)
        terminal.send(late)
        await stage.until(lambda: chips(stage) == ["clipboard.png"])


async def test_what_comes_after_the_session_was_left_is_not_put_into_another(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("first")
        terminal = Terminal(stage, image_png=png())
        late: list[str] = []

        def ask(wanted: str, id: str) -> list[str]:
            late[:] = terminal.usual(wanted, id)
            return late if wanted == "." else []

        terminal.answer = ask
        await stage.press("ctrl+v")
        await stage.until(lambda: terminal.asked == [".", "image/png"])
        left = stage.workspace.current
        stage.app.run_command("new")
        await stage.until(lambda: stage.workspace.current is not left)
        terminal.send(late)
        await stage.until(lambda: "after you had left" in stage.notices)
        assert not chips(stage) and not left.attached


@pytest.mark.parametrize("value", [0, 4])
async def test_a_terminal_that_does_not_know_it_is_not_asked(tmp_path: Path, value: int) -> None:
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, text_plain=b"of the terminal")
        stage.app.terminal_clipboard.told_mode(value)
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "of the tool")
        assert terminal.asked == []


async def test_where_the_terminal_does_not_tell_its_kinds_a_tool_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal_clipboard, "LIST_S", 0.05)
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, text_plain=b"of the terminal")
        terminal.answer = lambda wanted, name: []
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "of the tool")


async def test_at_home_the_tool_comes_first_for_it_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_CONNECTION")
    async with staged(tmp_path) as stage:
        terminal = Terminal(stage, text_plain=b"of the terminal")
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "of the tool")
        assert terminal.asked == []
        monkeypatch.setattr(clipboard, "text", lambda: None)
        await stage.press("ctrl+v")
        await stage.until(lambda: stage.prompt == "of the toolof the terminal")
