"""Videos and PDF documents: whole where the model and the endpoint take them, a sentence or the text where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.api.dialect_rows import BY_NAME
from glmchat.core.attached import Kind
from glmchat.core.catalogue import known
from glmchat.files.attaching import attach_any, attach_file
from glmchat.files.parts import video_type
from glmchat.files.pictures import MOST_BYTES, Form
from glmchat.files.refused import FileRefused
from glmchat.turn.parts import form_for

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0" + b"\0" * 40
VIDEOS = [
    (MP4, "video/mp4"),
    (b"\0\0\0\x14ftypqt  \0\0", "video/quicktime"),
    (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm", "video/webm"),
    (b"\0\0\x01\xba!", "video/mpeg"),
    (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
    (b"\0\0\0\x18ftypheic\0\0", None),
    (b"RIFF\0\0\0\0WEBPVP8 ", None),
    (b"plain text, nothing else", None),
]


@pytest.mark.parametrize(("data", "type"), VIDEOS)
def test_a_video_is_known_by_its_first_bytes(data: bytes, type: str | None) -> None:
    assert video_type(data) == type


@pytest.mark.parametrize("attach", [attach_any, attach_file])
def test_a_video_goes_whole_where_it_is_taken(tmp_path: Path, attach: object) -> None:
    (tmp_path / "a.mp4").write_bytes(MP4)
    assert callable(attach)
    with pytest.raises(FileRefused, match="is a video"):
        attach(str(tmp_path / "a.mp4"))
    found = attach(str(tmp_path / "a.mp4"), Form(videos=True))
    assert (found.attachment.kind, found.attachment.type, found.content) == (Kind.VIDEO, "video/mp4", MP4)
    assert "the place" in found.notes[0]


def test_a_document_goes_whole_where_it_is_taken_unless_lines_are_wanted(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    from tests.files.test_documents import pdf

    (tmp_path / "a.pdf").write_bytes(pdf("One", "Two"))
    name = str(tmp_path / "a.pdf")
    assert attach_any(name).attachment.kind is Kind.TEXT
    assert attach_any(name, Form(papers=True)).attachment.kind is Kind.PAPER
    assert attach_any(f"{name}:1", Form(papers=True)).attachment.kind is Kind.TEXT


def test_what_is_too_large_to_be_sent_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.mp4").open("wb") as file:
        file.write(MP4)
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(FileRefused, match="cut it first"):
        attach_any(str(tmp_path / "a.mp4"), Form(videos=True))


@pytest.mark.parametrize(
    ("dialect", "model", "videos", "papers"),
    [
        ("wcode", "z-ai/glm-5v-turbo", True, True),
        ("wcode", "z-ai/glm-4.6v", True, False),
        ("wcode", "z-ai/glm-4.5", False, False),
        ("wcode", "nobody-knows", False, False),
        ("zai", "glm-5v-turbo", True, False),
        ("deepseek", "glm-5v-turbo", False, False),
    ],
)
def test_the_model_and_the_endpoint_both_have_to_take_them(
    dialect: str, model: str, videos: bool, papers: bool
) -> None:
    form = form_for(BY_NAME[dialect], known(model), 100, "high")
    assert form == Form(100, "high", videos, papers)
