from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from glmchat.core.conversation import Cost, Role, State
from glmchat.core.parameters import TABLE
from glmchat.history import Archive, Hit, QueryRefused
from glmchat.history.connection import connect
from glmchat.history.search import index
from glmchat.history.search.query import FILTERS, hints, parse
from glmchat.history.search.search import match
from tests.history.talk import Talk, begin, indexed


async def found(archive: Archive, query: str, **how: Any) -> list[str]:
    return [hit.snippet for hit in await archive.search.find(query, **how)]


def lit(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.highlights]


async def test_words_are_found_in_titles_answers_and_thoughts(archive: Archive, talk: Talk) -> None:
    await talk.say("About knapsacks")
    await talk.reply("The KNAPSACK problem", reasoning="maybe a knapsack, maybe not")
    hits = await archive.search.find("knapsack")
    assert {(hit.field, hit.role) for hit in hits} == {
        ("title", None), ("content", Role.USER), ("content", Role.ASSISTANT), ("reasoning", Role.ASSISTANT)
    }  # fmt: skip
    assert all(lit(hit) and all(piece.lower() == "knapsack" for piece in lit(hit)) for hit in hits)
    assert {hit.title for hit in hits} == {"About knapsacks"}


@pytest.mark.parametrize(
    ("where", "fields"), [("title", {"title"}), ("text", {"content"}), ("thinking", {"reasoning"})]
)
async def test_in_narrows_the_search_to_a_field(
    archive: Archive, talk: Talk, where: str, fields: set[str]
) -> None:
    await talk.say("river")
    await talk.reply("river", reasoning="river")
    assert {hit.field for hit in await archive.search.find(f"river in:{where}")} == fields


async def test_a_short_query_finds_in_either_case_what_waits_for_the_index(
    archive: Archive, talk: Talk
) -> None:
    with archive._store.without_idle_work():
        await talk.reply("in É")
        assert await archive.search.waiting()
        assert [hit.snippet for hit in await archive.search.find("é in:text")] == ["in É"]


@pytest.mark.parametrize(
    "query", ["北京", "京", "京烤", "烤鸭", "鸭", "北京烤鸭", "go", "G", "c#", "é", "!?"]
)
async def test_queries_of_any_length_find_chinese_and_latin(archive: Archive, talk: Talk, query: str) -> None:
    await talk.say("Go and ask")
    await talk.reply("C# in É!? 他在吃北京烤鸭")
    await talk.reply("nothing here: 东西")
    await archive.flush()
    hits = await archive.search.find(f"{query} in:text")
    assert hits
    assert all(query.lower() in hit.snippet.lower() for hit in hits)
    assert all(piece.lower() == query.lower() for hit in hits for piece in lit(hit))


async def test_short_words_far_back_are_found_by_the_list_of_terms(
    archive: Archive, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.history.search.search.SCAN", 3)
    old = await talk.say("我爱北京")
    thought = await talk.reply("x", reasoning="上海")
    for number in range(10):
        await talk.say(f"later {number}")
    assert [hit.message_id for hit in await archive.search.find("北京 in:text")] == [old.id]
    assert [hit.message_id for hit in await archive.search.find("上海")] == [thought.id]
    assert [hit.message_id for hit in await archive.search.find("京 爱 in:text")] == [old.id]
    assert await archive.search.find("北京 role:assistant") == []
    await archive.delete_messages([old.id])
    assert await archive.search.find("北京 in:text") == []


async def test_short_words_far_back_are_found_before_the_index_has_them(
    archive: Archive, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.history.search.search.SCAN", 3)
    with archive._store.without_idle_work():
        old = await talk.say("我爱北京")
        for number in range(10):
            await talk.say(f"later {number}")
        assert await archive.search.waiting()
        assert [hit.message_id for hit in await archive.search.find("北京 in:text")] == [old.id]


async def test_all_words_must_stand_in_the_same_text(archive: Archive, talk: Talk) -> None:
    await talk.say("alpha beta")
    await talk.say("alpha")
    await talk.say("beta of it")
    assert await found(archive, "beta alpha in:text") == ["alpha beta"]
    assert await found(archive, '"beta of" in:text') == ["beta of it"]
    assert await found(archive, "of beta in:text") == ["beta of it"]


async def test_common_threes_without_the_word_are_no_hit(archive: Archive, talk: Talk) -> None:
    await talk.say("abcd bcde")
    assert await archive.search.find("abcde") == []


async def test_few_hits_are_ranked_and_many_are_newest_first(
    archive: Archive, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.say("maple maple maple")
    for number in range(5):
        await talk.say(f"a maple among many other words, {number}")
    assert (await found(archive, "maple in:text"))[0] == "maple maple maple"
    monkeypatch.setattr("glmchat.history.search.search.FEW", 3)
    assert await found(archive, "maple in:text", limit=2) == [
        "a maple among many other words, 4",
        "a maple among many other words, 3",
    ]
    assert await found(archive, "maple in:text", limit=1, offset=5) == ["maple maple maple"]


async def test_an_answer_stands_before_a_newer_thought_with_the_same_words(
    archive: Archive, talk: Talk
) -> None:
    answer = await talk.reply("the maple syrup")
    thought = await talk.reply("Sweet", reasoning="the maple syrup")
    hits = await archive.search.find("maple")
    assert [(hit.message_id, hit.field) for hit in hits] == [
        (answer.id, "content"),
        (thought.id, "reasoning"),
    ]


async def test_snippet_is_one_line_around_the_word(archive: Archive, talk: Talk) -> None:
    await talk.say("title")
    await talk.say("before " * 200 + "the\nneedle\there " + "after " * 200)
    (hit,) = await archive.search.find("needle")
    assert "\n" not in hit.snippet
    assert len(hit.snippet) < 200
    assert lit(hit) == ["needle"]
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


async def test_changed_text_is_found_by_its_new_words_only(archive: Archive, talk: Talk) -> None:
    said = await talk.say("elephants")
    await indexed(archive)
    await archive.save(talk.session.id, replace(said, content="giraffes"))
    assert await found(archive, "giraffes in:text") == ["giraffes"]
    assert await found(archive, "elephants in:text") == []


async def test_index_holds_nothing_of_what_is_gone(archive: Archive, talk: Talk) -> None:
    said = [await talk.say(text, reasoning=text) for text in ("elephants 北京", "giraffes\0zebras", "京")]
    await indexed(archive)
    assert archive.path is not None
    await archive.delete(talk.session.id)
    await archive.purge()
    await archive.close()
    connection = connect(archive.path, write=True)
    try:
        for table in ("terms_content", "terms_reasoning"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert said
        assert index.step(connection) is False
    finally:
        connection.close()


async def test_streaming_text_is_not_found_before_it_ends(archive: Archive, talk: Talk) -> None:
    reply = await talk.reply("unfinished symphony", state=State.STREAMING)
    assert await archive.search.find("symphony") == []
    await archive.save(talk.session.id, replace(reply, state=State.COMPLETE))
    assert await found(archive, "symphony") == ["unfinished symphony"]


FILTERED = [
    ("role:user", ["q"]),
    ("role:assistant", ["cold", "hot"]),
    ("model:GLM", ["cold"]),
    ("provider:open", ["hot"]),
    ("finish:length", ["hot"]),
    ("state:cut", ["hot"]),
    ("tag:Work", ["q", "cold", "hot"]),
    ("tag:home", []),
    ("tag：work role：user", ["q"]),
    ("in:title cold tag:work", ["cold"]),
    ("in:title cold tag:home", []),
    ("in:title cold model:glm", ["cold"]),
    ("in:title cold cost>9", []),
    ("cost>0.1", ["hot"]),
    ("cost<=0.1", ["cold"]),
    ("temp>0.9", ["hot"]),
    ("temperature:0.2", ["cold"]),
    ("top-p=0.5 temp<1", ["cold"]),
    ("logprobs:on", ["cold"]),
    ("reasoning_effort:high", ["hot"]),
    ("before:2001", []),
    ("after:1d", ["q", "cold", "hot"]),
    ("after:today before:2100-01-01", ["q", "cold", "hot"]),
    ("cold temp<1 role:assistant", ["cold"]),
    ("cold temp>1", []),
]


@pytest.mark.parametrize(("query", "wanted"), FILTERED)
async def test_filters_narrow_search_and_list(archive: Archive, query: str, wanted: list[str]) -> None:
    talk = begin(archive, tags=("work",), title="cold")
    await talk.say("q", created_at=time.time() - 1)
    await talk.reply(
        "cold",
        model="z-ai/glm-4.5",
        cost=Cost(0.1, "CNY"),
        settings={"temperature": 0.2, "top_p": 0.5, "logprobs": True},
    )
    await talk.reply(
        "hot",
        model="other",
        provider="OpenRouter",
        finish_reason="length",
        state=State.CUT,
        cost=Cost(0.5, "USD"),
        settings={"temperature": 1.5, "reasoning_effort": "high"},
    )
    assert sorted(await found(archive, query)) == sorted(wanted)
    # In the list, words are looked for in the title alone.
    if not query.startswith("cold "):
        assert await archive.count(query) == bool(wanted)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("role:robot", "system, user, assistant or tool"),
        ("before:soon", "2026-03-31"),
        ("before:2026-13", "2026-03-31"),
        ("cost>much", "number"),
        ("temp:warm", "number"),
        ("in:", "needs a value"),
        ("role：", "needs a value"),
        ("in:here", "title, text, thinking or file"),
        ("role>user", "colon"),
        ("logprobs:maybe", "on, off"),
    ],
)
async def test_wrong_filter_is_refused_with_what_is_allowed(archive: Archive, query: str, words: str) -> None:
    with pytest.raises(QueryRefused, match=words.replace("(", r"\(")):
        await archive.search.find(query)
    with pytest.raises(QueryRefused):
        await archive.sessions(query)


@pytest.mark.parametrize(
    "text",
    [
        "std::sort",
        "http://example.org/a",
        "error: none",
        '"in:text"',
        'say "hi',
        "a<b",
        "100%",
        "'quote'",
        "*",
        "log:error",
        "see:x",
        "max:hello",
        "rea:y",
        "min:5",
        "tool:hammer",
        "modle:glm",
        "12:30",
        "C:\\Users\\me",
        "mailto:me@example.org",
        'title="two words"',
        "key=value",
        "x>=5",
        "localhost:8080",
        "a:b:c",
    ],
)
async def test_text_that_looks_like_syntax_is_searched_as_text(
    archive: Archive, talk: Talk, text: str
) -> None:
    plain = text if "=" in text else text.strip('"').replace('say "hi', "say hi")
    await talk.say(f"words {plain} words")
    assert await found(archive, f"in:text {text}") == [f"words {plain} words"]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("modle:glm", "“modle:glm” is looked for as text. Did you mean model:?"),
        ("rol:user", "“rol:user” is looked for as text. Did you mean role:?"),
        ("log:error", None),
        ("http://example.org", None),
        ("model:glm", None),
        ("role:nobody", None),
        ("modle=glm", None),
    ],
)
def test_a_slip_in_the_name_of_a_filter_is_told(query: str, hint: str | None) -> None:
    assert hints(query) == ([hint] if hint else [])


async def test_empty_query_finds_nothing_and_lists_all(archive: Archive, talk: Talk) -> None:
    await talk.say("x")
    assert await archive.search.find("  ") == []
    assert await archive.count("") == 1


def test_every_parameter_is_a_filter() -> None:
    for row in TABLE:
        assert row.name not in FILTERS
        assert parse(f"{row.name}:{'on' if row.kind.value == 'switch' else 1}").parameter is not None


def test_query_of_the_index_quotes_its_terms() -> None:
    assert match(['a"b c']) == '"a""b"'
    assert match(["abcd"]) == '"abc" AND "bcd"'
    assert match(["x" * 500 + "y"]).count("AND") < 20


async def test_message_of_half_a_megabyte_is_found(archive: Archive, talk: Talk) -> None:
    await talk.say("short")
    await talk.reply("lorem ipsum " * 40_000 + "haystack")
    (hit,) = await archive.search.find("haystack")
    assert hit.snippet.endswith("haystack")
