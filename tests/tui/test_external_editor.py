"""The command line of the person's own editor."""

import pytest

from glmchat.tui.commands.dispatch import Refused
from glmchat.tui.platform.external_editor import command


@pytest.mark.parametrize(
    ("visual", "editor", "words"),
    [
        ("", "", ["vi"]),
        ("code --wait", "nano", ["code", "--wait"]),
        ("", "'/opt/my editor/ed' -n", ["/opt/my editor/ed", "-n"]),
        ("  ", "nano", ["nano"]),
    ],
)
def test_the_editor_is_what_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, visual: str, editor: str, words: list[str]
) -> None:
    monkeypatch.setenv("VISUAL", visual)
    monkeypatch.setenv("EDITOR", editor)
    assert command() == words


@pytest.mark.parametrize("name", ["VISUAL", "EDITOR"])
def test_a_quotation_mark_that_is_never_closed_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv(name, "vi 'unclosed")
    with pytest.raises(Refused, match=rf"\${name} opens a quotation mark"):
        command()
