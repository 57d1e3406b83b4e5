"""``glmchat models import``: a snapshot that was downloaded, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.test_models_dev import SNAPSHOT
from tests.cli.conftest import Run
from tests.wire.server import Received, Reply, plain, serving_in_thread


def test_a_snapshot_tells_what_the_list_does_not(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(SNAPSHOT), encoding="utf-8")
    ran = run("models", "import", str(path))
    assert (ran.status, ran.err) == (0, "")
    assert "3 models of 2 providers are known now" in ran.out
    with serving_in_thread(plain(200, {"data": [{"id": "maker/thinker-2"}]})) as server:
        told = run("models", "--json", "--base-url", server.base_url).json
    (model,) = [each for each in told if each["id"] == "maker/thinker-2"]
    assert (model["context"], model["output"], model["price"]) == (400_000, 128_000, None)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("models", "import"), "", "glmchat models import FILE"),
        (("models", "imprt", "FILE"), "", "Did you mean import?"),
        (("models", "import", "FILE"), "[1]", "is no snapshot of models.dev"),
        (("models", "import", "FILE"), "{", "is no snapshot of models.dev"),
        (("models", "import", "nowhere.json"), "", "cannot be read"),
    ],
)
def test_what_is_no_snapshot_is_told(
    run: Run, tmp_path: Path, words: tuple[str, ...], text: str, said: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    ran = run(*(str(path) if word == "FILE" else word for word in words))
    assert ran.status == 2
    assert said in ran.err


def test_a_retired_model_is_answered_with_the_nearest_of_the_list(run: Run) -> None:
    def answer(request: Received) -> Reply:
        if request.method == "GET":
            return plain(200, {"data": [{"id": "z-ai/glm-4.5-air"}, {"id": "openai/gpt-9"}]})
        return plain(404, {"error": {"message": "No such model."}})

    with serving_in_thread(answer) as server:
        ran = run("ask", "--base-url", server.base_url, "--model", "z-ai/glm-4.5-airx", "--json", "hi")
    assert ran.status == 4
    sentence = "The endpoint lists z-ai/glm-4.5-air: --model z-ai/glm-4.5-air takes the nearest."
    assert sentence in ran.json["warnings"]
    assert sentence in ran.err
