"""Tests of the command line: directories of their own, and main() called in process."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from glmchat.cli import main

KEYS = ("WCODE", "OPENROUTER", "ZAI", "BIGMODEL", "DEEPSEEK", "MOONSHOT", "OPENAI")
DIRECTORIES = ("CONFIG", "DATA", "STATE", "CACHE")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Directories that nobody else uses, and an environment without keys."""
    for name in DIRECTORIES:
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in list(os.environ):
        if name.startswith("GLMCHAT_") or name in {f"{key}_API_KEY" for key in KEYS}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("GLMCHAT_DEMO_SPEED", "0")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return tmp_path


@dataclass(frozen=True)
class Ran:
    """How a run of the command line ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        import json

        assert self.out.isascii()
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process."""

    def call(*arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            status = main(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return call


@pytest.fixture
def write_config(home: Path) -> Callable[[str], Path]:
    """Write the config file."""

    def write(text: str) -> Path:
        path = home / "config" / "glmchat" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
