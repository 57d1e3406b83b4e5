import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.wire.server import plain, serving_in_thread, stream


@pytest.fixture
def ids(run: Run) -> list[str]:
    """Two sessions, the newest first."""
    with serving_in_thread(stream("A stable sort keeps order.", reasoning=["Hm."])) as server:
        for prompt in ("What is a stable sort?", "什么是稳定排序"):
            assert run("ask", "--base-url", server.base_url, "--top-p", "0.5", prompt).status == 0
    return [row["id"] for row in listed(run)]


def listed(run: Run, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("sessions", "list", "--json", *words).json
    return found


def test_an_empty_history_is_no_error_and_is_not_made(run: Run, home: Path) -> None:
    assert run("sessions", "list", "--json").json == []
    assert run("sessions", "list").status == 0
    assert run("sessions", "search", "x").status == 0
    assert not (home / "data").exists()


def test_list_shows_newest_first_and_takes_a_filter(run: Run, ids: list[str]) -> None:
    assert [row["title"] for row in listed(run)] == ["什么是稳定排序", "What is a stable sort?"]
    assert [row["id"] for row in listed(run, "stable")] == [ids[1]]
    assert len(listed(run, "--limit", "1")) == 1
    table = run("sessions", "list").out
    assert ids[0] in table
    assert ids[1] in table


def test_a_part_of_an_id_is_enough_where_it_is_unique(run: Run, ids: list[str]) -> None:
    assert "stable sort" in run("sessions", "show", ids[1][-5:]).out
    assert "stable sort" in run("sessions", "show", ids[1].upper()).out
    ambiguous = run("sessions", "show", ids[0][:2])
    assert (ambiguous.status, "2 sessions" in ambiguous.err) == (2, True)
    assert run("sessions", "show", "zzzzzzzzzzzzz").status == 2
    assert run("sessions", "show", "%").status == 2


def test_show_prints_the_conversation(run: Run, ids: list[str]) -> None:
    out = run("sessions", "show", ids[1]).out
    assert out.index("What is a stable sort?") < out.index("A stable sort keeps order.")
    assert json.loads(run("sessions", "show", "--json", ids[1]).out)


def test_rename_makes_the_title_safe(run: Run, ids: list[str]) -> None:
    assert run("sessions", "rename", ids[0], "Sorting \x1b[31m", "and\nmore").status == 0
    assert listed(run)[0]["title"] == "Sorting ␛[31m and more"
    assert run("sessions", "rename", ids[0], " ").status == 2
    assert run("sessions", "rename", ids[0]).status == 2


def test_delete_moves_to_the_bin_and_restore_brings_back(run: Run, ids: list[str]) -> None:
    assert ids[0] in run("sessions", "delete", ids[0]).err
    assert [row["id"] for row in listed(run)] == [ids[1]]
    assert [row["id"] for row in run("sessions", "bin", "list", "--json").json] == [ids[0]]
    assert run("sessions", "bin", "restore", ids[0][-6:]).status == 0
    assert {row["id"] for row in listed(run)} == set(ids)


def test_purge_removes_for_good_what_is_in_the_bin(run: Run, ids: list[str]) -> None:
    assert run("sessions", "bin", "purge", ids[0]).status == 2
    run("sessions", "delete", *ids)
    assert run("sessions", "bin", "purge", ids[0]).status == 0
    assert [row["id"] for row in run("sessions", "bin", "list", "--json").json] == [ids[1]]
    assert run("sessions", "bin", "purge").status == 0
    assert run("sessions", "bin", "list", "--json").json == []


def test_search_finds_words_in_every_field(run: Run, ids: list[str]) -> None:
    hits = run("sessions", "search", "--json", "keeps order").json
    assert {hit["session_id"] for hit in hits} == set(ids)
    assert {"session_id", "title", "message_id", "role", "snippet"} <= set(hits[0])
    assert {hit["role"] for hit in hits} == {"assistant"}
    assert run("sessions", "search", "--json", "排序").json[0]["session_id"] == ids[0]
    assert run("sessions", "search", "--json", "nowhere-at-all").json == []
    assert run("sessions", "search").status == 2


@pytest.mark.parametrize("format", ["markdown", "md", "json", "html", "jsonl"])
def test_export_writes_each_format_to_a_private_file(
    run: Run, ids: list[str], tmp_path: Path, format: str
) -> None:
    target = tmp_path / "out"
    assert run("sessions", "export", ids[1], "--format", format, "--output", str(target)).status == 0
    assert "A stable sort keeps order." in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o600


def test_export_goes_by_the_name_of_the_file_or_fills_a_directory(
    run: Run, ids: list[str], tmp_path: Path
) -> None:
    run("sessions", "export", "--output", str(tmp_path / "all.html"))
    assert "<html" in (tmp_path / "all.html").read_text()
    run("sessions", "export", "--format", "jsonl", "--output", str(tmp_path))
    assert {path.stem for path in tmp_path.glob("*.jsonl")} == set(ids)
    run("sessions", "export", "--output", f"{tmp_path}/new/")  # a directory by its name, before it is there
    assert {path.stem for path in (tmp_path / "new").glob("*.md")} == set(ids)
    assert run("sessions", "export", "--output", str(tmp_path / "all.html" / "x")).status == 4
    assert run("sessions", "export", "--format", "mark").status == 2


def test_an_export_is_imported_once(
    run: Run, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "all.json"
    run("sessions", "export", "--output", str(target))
    assert "2 that were here already" in run("sessions", "import", str(target)).err
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert "2 new sessions" in run("sessions", "import", str(target)).err
    assert {row["title"] for row in listed(run)} == {"什么是稳定排序", "What is a stable sort?"}
    assert run("sessions", "import", str(tmp_path / "missing.json")).status == 2
    (tmp_path / "vain.json").write_text('[{"mapping": {}, "title": "a"}, {"mapping": 5, "title": "b"}]')
    vain = run("sessions", "import", str(tmp_path / "vain.json"))
    assert (vain.status, "Nothing of the file was imported." in vain.err) == (4, True)
    (tmp_path / "other.txt").write_text("nothing of the kind")
    assert run("sessions", "import", str(tmp_path / "other.txt")).status == 2


def test_a_backup_is_verified_and_restored(run: Run, ids: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("sessions", "backup", str(copy)).status == 0
    run("sessions", "delete", *ids)
    assert listed(run) == []
    assert run("sessions", "verify", str(copy)).status == 0
    assert run("sessions", "restore", str(copy)).status == 0
    assert {row["id"] for row in listed(run)} == set(ids)
    assert run("sessions", "verify").status == 0
    copy.write_bytes(copy.read_bytes()[:5000])
    assert run("sessions", "verify", str(copy)).status == 4
    assert run("sessions", "restore", str(copy)).status == 4
    assert run("sessions", "restore", str(tmp_path / "missing")).status == 2


def test_text_that_looks_like_a_filter_is_found_and_a_slip_is_told(run: Run, ids: list[str]) -> None:
    with serving_in_thread(stream("log:error at http://example.org")) as server:
        run("ask", "--base-url", server.base_url, "What went wrong?")
    for words in ("log:error", "http://example.org"):
        ran = run("sessions", "search", "--json", words)
        assert (len(ran.json), ran.err) == (1, "")
    ran = run("sessions", "search", "--json", "modle:glm")
    assert (ran.status, ran.json, "Did you mean model:?" in ran.err) == (0, [], True)


def test_a_wrong_query_is_told(run: Run, ids: list[str]) -> None:
    ran = run("sessions", "search", "cost>much")
    assert (ran.status, "Traceback" in ran.err) == (2, False)


def test_models_without_a_key_are_those_that_are_known(run: Run) -> None:
    ran = run("models", "--json")
    assert ran.status == 0
    first = ran.json[0]
    assert (first["id"], first["context"], first["price"]["input"]) == ("z-ai/glm-4.5", 128_000, 0.0055)
    assert [each["id"] for each in ran.json[1:4]] == ["z-ai/glm-4.6v", "z-ai/glm-4.7-flash", None]
    assert first["thinking"]["optional"] is True
    assert "get-apikey" in ran.err


def test_models_are_kept_until_they_are_asked_for_again(run: Run) -> None:
    answers = [plain(200, {"data": [{"id": name, "context_length": 5}]}) for name in ("one", "two")]
    with serving_in_thread(answers) as server:
        flags = ("models", "--json", "--base-url", server.base_url, "--provider", "vllm")
        assert [model["id"] for model in run(*flags).json] == ["one"]
        assert [model["id"] for model in run(*flags).json] == ["one"]
        assert len(server.received) == 1
        assert [model["id"] for model in run(*flags, "--refresh").json] == ["two"]
        assert [model["id"] for model in run(*flags).json] == ["two"]


def test_an_endpoint_without_a_list_is_no_error_unless_it_is_refreshed(run: Run) -> None:
    with serving_in_thread(plain(500, "broken")) as server:
        ran = run("models", "--base-url", server.base_url)
        assert (ran.status, "z-ai/glm-4.5" in ran.out, "broken" in ran.err) == (0, True, True)
        assert run("models", "--refresh", "--base-url", server.base_url).status == 75


def test_check_prints_an_entry_for_each_question(run: Run) -> None:
    ran = run("check", "--demo", "--json")
    assert ran.status == 0
    assert set(ran.json) >= {
        "reach",
        "key",
        "model",
        "streaming",
        "reasoning_on",
        "reasoning_off",
        "usage",
        "logprobs",
    }
    assert {entry["verdict"] for entry in ran.json.values()} == {"ok"}
    lines = run("check", "--demo")
    assert len(lines.out.splitlines()) == len(ran.json)
    assert "of the built-in model, which is free." in lines.err


def test_check_of_a_dead_endpoint_ends_with_its_status(run: Run) -> None:
    assert run("check", "--base-url", "http://127.0.0.1:9/v1").status == 75
    with serving_in_thread(plain(401, {"error": {"message": "No."}})) as server:
        assert run("check", "--base-url", server.base_url).status == 3


def test_what_an_endpoint_refused_is_not_sent_again(run: Run) -> None:
    refusal = plain(
        400, {"error": {"message": "Unknown parameter: 'stream_options'.", "param": "stream_options"}}
    )
    with serving_in_thread([refusal, stream("ok")]) as server:
        assert run("ask", "--base-url", server.base_url, "hi").out == "ok\n"
        assert run("ask", "--base-url", server.base_url, "hi").out == "ok\n"
        assert ["stream_options" in received.body for received in server.received] == [True, False, False]


def test_conversations_in_several_files_are_imported_together(run: Run, tmp_path: Path) -> None:
    files = []
    for number in range(2):
        node = {
            "author": {"role": "user"},
            "content": {"content_type": "text", "parts": [f"question {number}"]},
        }
        mapping: dict[str, Any] = {
            "a": {"id": "a", "parent": None, "children": [], "message": {"id": "a", **node}}
        }
        data = [{"title": None, "mapping": mapping, "current_node": "a", "conversation_id": f"c{number}"}]
        files.append(tmp_path / f"conversations-00{number}.json")
        files[-1].write_text(json.dumps(data), encoding="utf-8")
    done = run("sessions", "import", *map(str, files))
    assert (done.status, done.err.count("1 new session with 1 message")) == (0, 2)
    listed = run("sessions", "list").out
    assert "question 0" in listed and "question 1" in listed
    again = run("sessions", "import", str(files[0]), str(tmp_path / "none.json"))
    assert again.status == 2 and "none.json" in again.err and "1 that was here already" in again.err
