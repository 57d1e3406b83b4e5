"""The clipboard by the tools of each system, which stand here as small programs."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

import pytest

from glmchat.support import clipboard
from tests.files.drawn import png


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that alone is searched for tools; what they give lies in it."""
    place = tmp_path / "bin"
    place.mkdir()
    (place / "data").write_bytes(png())
    monkeypatch.setenv("PATH", str(place))
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return place


def put(place: Path, name: str, script: str) -> None:
    (place / name).write_text(f"#!/bin/sh\nPATH={os.defpath}\n{script}\n")
    (place / name).chmod(0o755)


def answers(place: Path, listed: str, types: str, taken: str) -> str:
    """A tool that lists types to one call, and gives the picture to another."""
    cases = f'"{listed}") printf "%s\\n" {types};; "{taken}") cat {place}/data;; *) exit 1;;'
    return f'case "$*" in {cases} esac'


def test_a_picture_by_wl_paste_in_the_form_that_loses_nothing(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    put(
        tools,
        "wl-paste",
        answers(tools, "--list-types", "text/html image/jpeg image/png", "--no-newline --type image/png"),
    )
    assert clipboard.picture() == png() and clipboard.tells()


def test_a_picture_by_xclip(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    base = "-selection clipboard -out -target"
    put(tools, "xclip", answers(tools, f"{base} TARGETS", "TARGETS image/webp", f"{base} image/webp"))
    assert clipboard.picture() == png()


@pytest.mark.parametrize("script", ["exit 1", 'printf "text/plain\\n"', "printf ''", r"printf '\377\376'"])
def test_where_there_is_only_text_there_is_no_picture(
    tools: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    put(tools, "wl-paste", script)
    assert clipboard.picture() is None


def test_words_that_come_with_a_picture_of_themselves_are_words(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    types = "text/plain;charset=utf-8 image/png".replace(";", r"\;")
    put(tools, "wl-paste", answers(tools, "--list-types", types, "--no-newline --type image/png"))
    assert clipboard.picture() is None


def test_a_tool_that_hangs_is_given_up(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    monkeypatch.setattr(clipboard, "WAIT_S", 0.05)
    put(tools, "wl-paste", "exec sleep 30")
    assert clipboard.picture() is None


def test_a_picture_on_a_mac_by_either_tool(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    put(tools, "osascript", f"printf '\\302\\253data PNGf{png().hex().upper()}\\302\\273'")
    assert clipboard.picture() == png()
    put(tools, "osascript", "exit 1")
    assert clipboard.picture() is None
    put(tools, "pngpaste", f"cat {tools}/data")
    assert clipboard.picture() == png()


def test_a_picture_of_windows_from_its_linux(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    put(tools, "powershell.exe", f"printf '{base64.b64encode(png()).decode()}\\r\\n'")
    assert clipboard.picture() == png()
    put(tools, "powershell.exe", "true")
    assert clipboard.picture() is None


def test_without_a_tool_nothing_is_told(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    monkeypatch.setenv("DISPLAY", ":7")
    assert (clipboard.picture(), clipboard.text(), clipboard.tells()) == (None, None, False)
