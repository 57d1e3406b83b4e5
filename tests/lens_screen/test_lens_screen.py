"""The token lens in the whole app, on the built-in model and on scripted log-probabilities."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from glmchat import demo
from glmchat.analysis import lens, sampling
from glmchat.core.catalogue import known
from glmchat.core.conversation import Message, Role
from glmchat.markdown.spans import text_of
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.lens import LensScreen
from glmchat.tui.widgets.distribution.bars import overlaid, percent
from glmchat.tui.widgets.lens.view import LensText, lay_out
from tests.scripted import Script, delta, reply
from tests.tui.stage import Stage, staged

SIZE = (120, 42)


def entry(
    text: str, probability: float, others: Mapping[str, float] | None = None, data: bytes | None = None
) -> dict[str, Any]:
    given = {text: probability, **(others or {})}
    tops = [
        {"token": each, "logprob": math.log(p), "bytes": list(each.encode())} for each, p in given.items()
    ]
    raw = text.encode() if data is None else data
    return {
        "token": text,
        "logprob": math.log(probability),
        "bytes": list(raw),
        "top_logprobs": tops if data is None else [],
    }


def answered(entries: list[dict[str, Any]]) -> list[Any]:
    """A reply that carries log-probabilities."""
    text = b"".join(bytes(each["bytes"]) for each in entries).decode()
    piece = delta(content=text)
    piece["choices"][0]["logprobs"] = {"content": entries}
    return [piece, *reply()]


ENTRIES = [
    entry("The", 0.95, {"A": 0.03}),
    entry(" cat", 0.6, {" dog": 0.3, " owl": 0.05}),
    entry(" sat", 0.3, {" ran": 0.5}),
    entry(" the", 0.1, {" on": 0.8}),
    entry(" cat", 0.02, {" end": 0.9}),
    entry(".", 0.99),
]


@asynccontextmanager
async def lens_on(
    folder: Path, entries: list[dict[str, Any]] | None = None, size: tuple[int, int] = SIZE
) -> AsyncIterator[tuple[Stage, LensScreen]]:
    """The lens on a reply of these tokens."""
    async with staged(folder, size) as stage:
        stage.script.scripts = [answered(entries or ENTRIES)]
        await stage.send("Hello")
        yield stage, await opened(stage)


async def opened(stage: Stage) -> LensScreen:
    await stage.press("f6")
    await stage.until(lambda: isinstance(stage.app.screen, LensScreen))
    await stage.pilot.pause()
    assert isinstance(stage.app.screen, LensScreen)
    return stage.app.screen


def rows(screen: LensScreen) -> dict[str, tuple[float, str | None]]:
    assert screen.panel.shown is not None
    return {row.alternative.text: (row.probability, row.dropped_by) for row in screen.panel.shown.rows}


async def test_arrows_and_the_mouse_move_the_cursor_and_the_panel_follows(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        assert "Token 1 of 6" in stage.screen_text
        for key, index in (
            ("right", 1),
            ("right", 2),
            ("left", 1),
            ("end", 5),
            ("home", 0),
            ("ctrl+down", 0),
        ):
            await stage.press(key)
            assert screen.text.index == index, key
        await stage.pilot.click(LensText, offset=(6, 0))
        assert screen.text.index == 1
        await stage.until(lambda: "Token 2 of 6" in stage.screen_text)
        text = stage.screen_text
        for words in ("␣cat", "␣dog", "␣owl", "60.0 %", "30.0 %", "all others"):
            assert words in text
        assert "Only these 3 tokens are known" in text
        assert "95.0 % of the" in text


async def test_what_a_reply_was_asked_with_is_told_with_what_it_made_of_the_token(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        stage.script.scripts = [answered(ENTRIES)]
        for name, value in (("temperature", 1.5), ("max_tokens", 50)):
            stage.workspace.tuning.set_value(name, value)
        await stage.send("Hello")
        stage.workspace.tuning.reset()
        screen = await opened(stage)
        screen.text.move_to(1)
        [came, *_] = independently(ENTRIES, 1, {"temperature": 1.5})
        await stage.until(lambda: f"asked with temperature 1.50: {percent(came)}" in stage.screen_text)
        stage.workspace.tuning.set_value("temperature", 0)
        await stage.until(lambda: rows(screen)[" cat"][0] == 1)
        assert f"asked with temperature 1.50: {percent(came)}" in stage.screen_text


async def test_where_it_was_asked_with_no_value_nothing_is_told_of_it(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, _screen):
        assert "asked with" not in stage.screen_text


async def test_perplexity_and_the_number_of_tokens_are_told(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, _screen):
        wavering = lens.perplexity(lens.tokens_of({"content": ENTRIES}))
        assert f"perplexity {wavering:.2f}" in stage.screen_text.splitlines()[0]
        assert "6 tokens" in stage.screen_text.splitlines()[0]


async def test_n_and_p_jump_between_uncertain_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.tui.screens.lens.PLACES", 2)
    async with lens_on(tmp_path) as (stage, screen):
        seen = []
        for key in ("n", "n", "n", "p", "p"):
            await stage.press(key)
            seen.append(screen.text.index)
        assert seen == [3, 4, 3, 4, 3]


async def test_probability_is_told_by_colour_and_by_underline(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (_stage, screen):
        styles = {segment.text: segment.style for segment in screen.text.render_line(0) if segment.style}
        sure, cat, sat, the = (styles[text] for text in (".", " cat", " sat", " the"))
        assert not sure.underline
        assert cat.underline and sat.underline and the.underline
        assert the.bold and not sat.bold
        assert len({style.color for style in (sure, cat, sat)}) == 3


async def test_a_slider_in_the_lens_changes_the_session_and_the_picture_at_once(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("right")
        before = rows(screen)[" cat"][0]
        await stage.press("tab", "left", "left")
        await stage.until(lambda: rows(screen)[" cat"][0] > before)
        assert stage.workspace.current.values.plain() == {"temperature": 0.9}
        await stage.press("down", "right", "right")
        await stage.until(lambda: rows(screen)[" owl"][1] == "top_k")
        assert "✗ top_k" in stage.screen_text
        assert sum(probability for probability, _ in rows(screen).values()) == pytest.approx(1)
        assert stage.workspace.current.values.plain() == {"temperature": 0.9, "top_k": 2}
        await stage.press("u", "u")
        await stage.until(lambda: rows(screen)[" owl"][1] is None)
        await stage.press("tab", "right")
        assert screen.text.index == 2


async def test_a_slider_is_dragged_by_the_mouse(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        controls = screen.controls.controls
        place = controls.place_of(controls.outline.rows[0])
        await stage.pilot.click(controls, offset=(place.x + 1, place.y + 1))
        await stage.until(lambda: "temperature" in stage.workspace.current.values.plain())
        await stage.until(lambda: rows(screen)["The"][0] > 0.99)


async def test_a_number_is_typed_into_a_slider(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("tab", "0", ".", "5", "enter")
        await stage.until(lambda: stage.workspace.current.values.plain() == {"temperature": 0.5})
        assert screen.is_current


async def test_penalties_count_the_tokens_before(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        stage.workspace.tuning.set_value("presence_penalty", 2)
        await stage.press("right")
        first = rows(screen)[" cat"][0]
        await stage.press("end", "left")
        again = rows(screen)[" cat"][0]
        assert first == pytest.approx(0.6)
        assert again < 0.02 * 0.2


async def test_bias_by_number_is_said_to_be_left_out(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, _screen):
        stage.workspace.tuning.set_value("logit_bias", {"7": 5})
        await stage.until(lambda: "logit_bias names tokens by number" in stage.screen_text)


async def test_that_the_prompt_counts_for_the_repetition_penalty_is_said(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, _screen):
        stage.workspace.tuning.set_value("repetition_penalty", 1.2)
        await stage.until(lambda: "repetition_penalty also counts" in " ".join(stage.screen_text.split()))


async def test_parts_of_a_character_are_joined_and_can_be_looked_at_one_by_one(tmp_path: Path) -> None:
    data = "北".encode()
    entries = [entry("�", 0.5, data=data[:1]), entry("�", 0.9, data=data[1:]), entry("京", 0.8)]
    async with lens_on(tmp_path, entries) as (stage, screen):
        assert "北京" in stage.screen_text
        assert "part 1 of 2 of one character" in stage.screen_text
        assert "e5" in stage.screen_text
        await stage.press("right")
        assert "part 2 of 2" in stage.screen_text
        await stage.press("right")
        assert screen.text.index == 2


async def test_escape_and_q_and_a_click_close_it(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, _screen):
        await stage.press("escape")
        assert stage.app.screen is stage.app.chat
        await opened(stage)
        await stage.press("q")
        assert stage.app.screen is stage.app.chat
        await opened(stage)
        line = stage.screen_text.splitlines()[-1]
        await stage.pilot.click("#keys", offset=(line.index("Esc close") + 1, 0))
        await stage.until(lambda: stage.app.screen is stage.app.chat)


async def test_the_selected_reply_is_looked_at_and_its_logprobs_are_read_from_disk(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        stage.script.scripts = [answered(ENTRIES), answered([entry("Yes", 0.5)])]
        await stage.send("Hello")
        await stage.send("Again")
        session = stage.workspace.current.id
    async with staged(tmp_path, SIZE) as stage:
        await stage.workspace.sessions.open(session)
        await stage.until(lambda: len(stage.messages()) == 4)
        assert stage.messages()[1].logprobs is None
        stage.app.chat.transcript.focus()
        stage.app.chat.transcript.select_message(stage.messages()[1].id)
        await stage.press("l")
        await stage.until(lambda: isinstance(stage.app.screen, LensScreen))
        await stage.until(lambda: "Token 1 of 6" in stage.screen_text)


@pytest.mark.parametrize(("key", "bodies"), [("enter", 1), ("down", 2)])
async def test_without_logprobs_it_says_how_to_get_them_and_asks_for_them(
    tmp_path: Path, key: str, bodies: int
) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await stage.send("Hello")
        await stage.command("/lens")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert "logprobs is on" in " ".join(stage.screen_text.split())
        await stage.press(*([key] if key == "enter" else [key, "enter"]))
        await stage.until(lambda: stage.app.screen is stage.app.chat and not stage.workspace.current.runs)
        assert stage.workspace.current.values.plain() == {"logprobs": True, "top_logprobs": 5}
        await stage.until(lambda: len(stage.script.bodies) == bodies)
        if bodies == 2:
            assert stage.script.bodies[1]["logprobs"] is True
        stage.workspace.tuning.undo()
        assert stage.workspace.current.values.plain() == {}


async def test_it_says_whether_the_endpoint_gives_any(tmp_path: Path) -> None:
    from dataclasses import replace

    from glmchat.api.learning.learned import Learned
    from glmchat.tui.commands.actions.lens import why_none

    async with staged(tmp_path) as stage:
        workspace, session = stage.workspace, stage.workspace.current
        plain = Message(1, None, Role.ASSISTANT)
        assert "returns them" in why_none(workspace, plain)
        session.endpoint = replace(session.endpoint, demo=False)
        assert "not known" in why_none(workspace, plain)
        workspace.models.remember(session, Learned(logprobs=False))
        assert "it returned none" in why_none(workspace, plain)
        assert "endpoint returned none" in why_none(workspace, replace(plain, sent={"logprobs": True}))
        workspace.models.remember(session, Learned(refused={"logprobs": "It knows no such thing."}))
        assert "It knows no such thing." in why_none(workspace, plain)


VALUES = [
    {}, {"temperature": 0.7}, {"temperature": 1.6, "top_k": 3}, {"top_p": 0.8, "min_p": 0.02}, {"top_a": 0.3},
    {"frequency_penalty": 1.5, "presence_penalty": -0.5, "repetition_penalty": 1.3},
]  # fmt: skip


async def test_the_lens_on_the_built_in_model_agrees_with_the_sampling_functions(tmp_path: Path) -> None:
    script = cast(Script, demo.transport(tokens_per_second=None))
    means: dict[str, Any] = {"model": demo.MODEL_ID, "models": {"wcode": [known(demo.MODEL_ID)]}}
    async with staged(tmp_path, SIZE, script=script, **means) as stage:
        stage.workspace.tuning.set_value("logprobs", True)
        stage.workspace.tuning.set_value("top_logprobs", 20)
        stage.workspace.tuning.set_value("seed", 3)
        await stage.send("What does the temperature do?")
        raw = stage.messages()[-1].logprobs
        assert raw is not None
        screen = await opened(stage)
        for values in VALUES:
            stage.workspace.tuning.reset()
            for name, value in values.items():
                stage.workspace.tuning.set_value(name, value)
            for index in range(0, len(screen.tokens), 7):
                screen.text.move_to(index)
                await stage.pilot.pause()
                shown = screen.panel.shown
                assert shown is not None and shown.index == index
                expected = independently(raw["content"], index, values)
                assert [row.probability for row in shown.rows] == pytest.approx(expected, abs=1e-9)
                assert sum(expected) + shown.rest == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("kept", [True, False])
async def test_a_reply_of_the_built_in_model_can_always_be_looked_at(tmp_path: Path, kept: bool) -> None:
    script = cast(Script, demo.transport(tokens_per_second=None))
    means: dict[str, Any] = {
        "model": demo.MODEL_ID,
        "models": {"wcode": [known(demo.MODEL_ID)]},
        "demo_logprobs": demo.logprobs,
    }
    async with staged(tmp_path, SIZE, script=script, **means) as stage:
        if not kept:
            await stage.workspace.sessions.new_incognito()
        await stage.send("What does top_p do?")
        await stage.send("Tell me a story.")
        message = stage.messages()[-1]
        assert message.logprobs is None
        screen = await opened(stage)
        assert b"".join(token.data for token in screen.tokens).decode() == message.content
        assert screen.panel.shown is not None and len(screen.panel.shown.rows) == 20


def independently(entries: list[dict[str, Any]], index: int, values: Mapping[str, Any]) -> list[float]:
    """What sampling.py makes of the alternatives at a place, one function after the other."""
    tops = sorted(entries[index]["top_logprobs"], key=lambda each: -each["logprob"])
    said = [bytes(each["bytes"]) for each in entries[:index]]
    counts = [said.count(bytes(each["bytes"])) for each in tops]
    scores = [each["logprob"] for each in tops]
    scores = sampling.apply_repetition_penalty(
        scores, [count > 0 for count in counts], values.get("repetition_penalty", 1)
    )
    scores = sampling.apply_frequency_penalty(scores, counts, values.get("frequency_penalty", 0))
    scores = sampling.apply_presence_penalty(scores, counts, values.get("presence_penalty", 0))
    share = 1 - math.fsum(math.exp(each["logprob"]) for each in tops)
    least = min(each["logprob"] for each in tops)
    number = share / math.exp(least) if share > 1e-9 else 0.0
    *heated, other = sampling.apply_temperature([*scores, least], values.get("temperature", 1))
    weights = [math.exp(score) for score in heated]
    rest, each_rest = number * math.exp(other), math.exp(other)
    for name, keep in (
        ("top_k", sampling.top_k),
        ("top_p", sampling.top_p),
        ("min_p", sampling.min_p),
        ("top_a", sampling.top_a),
    ):
        total = math.fsum(weights) + rest
        weights, rest, each_rest = [weight / total for weight in weights], rest / total, each_rest / total
        if name in values:
            kept = keep(weights, values[name])
            rest = rest_after(name, values[name], weights, kept, rest, each_rest)
            weights = [weight if stays else 0.0 for weight, stays in zip(weights, kept, strict=True)]
    total = math.fsum(weights) + rest
    return [weight / total for weight in weights]


def rest_after(
    name: str, value: float, weights: list[float], kept: list[bool], rest: float, each: float
) -> float:
    """What a filter leaves of the tokens that nobody named, thought of as equally likely."""
    match name:
        case "top_k":
            return min(rest, max(0.0, value - len(weights)) * each)
        case "top_p":
            return min(rest, max(0.0, value - math.fsum(weights)))
        case "min_p":
            return rest if each >= value * max(weights) else 0.0
    return rest if each >= value * max(weights) ** 2 else 0.0


def test_ten_thousand_tokens_are_drawn_by_the_line() -> None:
    tokens = lens.tokens_of({"content": [entry(f" word{number}", 0.5) for number in range(10_000)]})
    pieces = lens.pieces_of(tokens)
    lines = lay_out(pieces, 80)
    assert "".join(part.text for line in lines for part in line) == "".join(piece.text for piece in pieces)
    assert all(sum(part.cells for part in line) <= 80 for line in lines)


async def test_only_lines_in_view_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    probability = LensText.probability

    def counted(self: LensText, piece: lens.Piece) -> float:
        asked.append(piece.first)
        return probability(self, piece)

    monkeypatch.setattr(LensText, "probability", counted)
    entries = [entry(f" w{number % 90}", 0.5) for number in range(3_000)]
    async with lens_on(tmp_path, entries, (80, 24)) as (stage, screen):
        asked.clear()
        await stage.press("ctrl+down")
        assert 0 < len(asked) < 24 * 40
        asked.clear()
        await stage.press("end")
        assert screen.text.index == 2_999
        assert 0 < len(asked) < 3 * 24 * 40
        assert max(asked) == 2_999


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (250, 70)])
async def test_any_size_of_the_terminal_will_do(tmp_path: Path, size: tuple[int, int]) -> None:
    async with lens_on(tmp_path, size=size) as (stage, screen):
        await stage.press("right", "n", "tab", "right", "tab", "end")
        await stage.pilot.resize_terminal(90, 30)
        await stage.until(lambda: "Token 6 of 6" in stage.screen_text)
        assert screen.is_current


async def test_the_keyboard_is_at_the_sliders_before_the_next_key_comes(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (_stage, screen):
        screen.action_other_pane()
        focused = [screen.focused]
        screen.action_other_pane()
        focused.append(screen.focused)
        assert focused == [screen.controls.controls, screen.text]


def test_words_stay_whole_and_newlines_break() -> None:
    texts = ["One", " two", "three", "\n", "\n", "x" * 25, "北" * 6, "\x1b", "\u0301"]
    pieces = [lens.Piece(text, number, number) for number, text in enumerate(texts)]
    lines = ["".join(part.text for part in line) for line in lay_out(pieces, 10)]
    assert lines[0] == "One"
    assert lines[1] == " twothree⏎"
    assert lines[2] == "⏎"
    assert "\x1b" not in "".join(lines)
    assert all(cells <= 10 for cells in (sum(part.cells for part in line) for line in lay_out(pieces, 10)))


def test_figures_are_for_people() -> None:
    assert [percent(each) for each in (1, 0.99987, 0.5, 0.0004, 0.000001, 0)] == [
        "100.0 %",
        "99.987 %",
        "50.0 %",
        "0.040 %",
        "<0.001 %",
        "0 %",
    ]
    shares = (1, 0.5, 0.03, 0.0001, 0)
    assert [text_of(overlaid(share, share, 4)) for share in shares] == ["████", "██", "█", "█", ""]
    assert text_of(overlaid(0.25, 0.75, 4)) == "█▓▓"
    assert text_of(overlaid(0.75, 0.25, 4)) == "█░░"
    assert text_of(overlaid(0.25, 0.0, 4)) == "░"


def carrying(logprobs: Any) -> list[Any]:
    """A reply that carries logprobs of any kind."""
    piece = delta(content="Hi there")
    piece["choices"][0]["logprobs"] = logprobs
    return [piece, *reply()]


EXTREMES = [-9999.0, -math.inf, -5000.0, -745.2, -1e308]


@pytest.mark.parametrize("alone", [True, False])
async def test_a_token_that_is_all_but_impossible_is_shown(tmp_path: Path, alone: bool) -> None:
    values = {"temperature": 0.7, "top_p": 0.5, "min_p": 0.1, "top_a": 0.2, "top_k": 1}
    async with staged(tmp_path, SIZE) as stage:
        for number in EXTREMES:
            odd = {"token": " there", "logprob": number, "top_logprobs": [{"token": " you", "logprob": -0.1}]}
            count = 1 if alone else 2
            stage.script.scripts = [carrying({"content": [entry("Hi", 0.9), odd][-count:]})]
            await stage.command("/new")
            await stage.send("Hello")
            await opened(stage)
            await stage.press("end", "n", "p")
            await shown(stage, "there", f"of {count}")
            for name, value in values.items():
                stage.workspace.tuning.set_value(name, value)
                await stage.pilot.pause()
            told = "the endpoint did not say how much" in " ".join(stage.screen_text.split())
            assert told == (number <= lens.UNKNOWN), number
            await stage.press("escape")
            for name in values:
                stage.workspace.tuning.unset(name)


async def shown(stage: Stage, *texts: str) -> None:
    await stage.until(lambda: all(text in stage.screen_text for text in texts))


async def test_the_older_shape_is_shown_and_what_is_missing_is_told(tmp_path: Path) -> None:
    old = {"tokens": ["Hi", " there"], "token_logprobs": [None, -0.5], "top_logprobs": [None, {" you": -1.0}]}
    async with staged(tmp_path, SIZE) as stage:
        stage.script.scripts = [carrying(old)]
        await stage.send("Hello")
        await opened(stage)
        await stage.until(lambda: "Token 1 of 1" in stage.screen_text)
        assert "60.7 %" in stage.screen_text
        assert "One token is missing here" in stage.screen_text


UNREADABLE: list[dict[str, Any]] = [
    {"content": {"a": 1}},
    {"content": [5, None]},
    {"tokens": ["a"]},
    {"x": []},
]


async def test_what_cannot_be_read_at_all_is_said(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        for logprobs in UNREADABLE:
            stage.script.scripts = [carrying(logprobs)]
            await stage.send("Hello")
            await stage.command("/lens")
            await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
            assert "cannot be read" in " ".join(stage.screen_text.split()), logprobs
            await stage.press("escape")


async def test_alternatives_are_seen_in_a_small_terminal(tmp_path: Path) -> None:
    async with staged(tmp_path, (60, 16)) as stage:
        stage.script.scripts = [answered([entry("The", 0.5, {" civilian": 0.3}), *ENTRIES[1:]])]
        await stage.send("Hello")
        screen = await opened(stage)
        await stage.until(lambda: screen.panel.shown is not None)
        shown = screen.panel.shown
        assert shown is not None
        room = screen.panel.size.height - 4  # below its head
        assert room >= min(4, len(shown.rows)), stage.screen_text
        assert "␣civilian " in stage.screen_text
        assert "Esc close" in stage.screen_text


async def test_a_digit_chooses_an_alternative_and_enter_goes_on_from_it(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("enter")
        assert "Down or a digit chooses" in screen.notice.render().plain
        await stage.press("right", "2")
        assert "goes on from there" in screen.notice.render().plain
        stage.script.scripts = [reply(" ran.")]
        await stage.press("enter")
        await stage.until(lambda: stage.messages()[-1].content == "The dog ran.")
        assert stage.script.bodies[-1]["messages"][-1] == {"role": "assistant", "content": "The dog"}
        conversation = stage.workspace.current.conversation
        assert len(conversation.siblings(stage.messages()[-1].id)) == 2


def selected(screen: LensScreen) -> int | None:
    assert screen.panel.shown is not None
    return screen.panel.shown.selected


async def test_down_and_up_choose_among_the_alternatives_and_enter_goes_on(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("right", "right", "right", "right")  # " cat" came, " end" is likelier
        seen = []
        for key in ("down", "down", "up", "up", "down"):
            await stage.press(key)
            seen.append(None if screen.chosen is None else screen.chosen[1])
        assert seen == [0, 0, None, None, 0]
        assert selected(screen) == 0
        await stage.press("left", "left", "left")
        assert (screen.text.index, selected(screen)) == (1, None)
        await stage.press("down", "down")
        assert "3: ␣owl. Enter asks" in screen.notice.render().plain
        await stage.press("up")
        stage.script.scripts = [reply(" ran.")]
        await stage.press("enter")
        await stage.until(lambda: stage.messages()[-1].content == "The dog ran.")


async def test_a_token_without_alternatives_says_so(tmp_path: Path) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("end", "down")
        assert "No other token" in screen.notice.render().plain
        assert screen.chosen is None


async def test_a_key_biases_the_token_under_the_cursor_by_its_word_and_the_other_takes_it_back(
    tmp_path: Path,
) -> None:
    async with lens_on(tmp_path) as (stage, screen):
        await stage.press("right", "minus")
        assert stage.workspace.current.values.plain()["logit_bias"] == {"cat": -100}
        assert "cat comes no more" in stage.screen_text
        assert screen.panel.shown is not None
        assert screen.panel.shown.rows[0].probability == pytest.approx(0.0, abs=1e-9)
        await stage.press("2", "plus")
        assert stage.workspace.current.values.plain()["logit_bias"] == {"cat": -100, "dog": 100}
        await stage.press("minus", "left", "right", "plus")
        assert "logit_bias" not in stage.workspace.current.values.plain()


async def test_an_endpoint_that_takes_numbers_is_given_no_word(tmp_path: Path) -> None:
    from dataclasses import replace

    async with lens_on(tmp_path) as (stage, _):
        session = stage.workspace.current
        session.endpoint = replace(session.endpoint, demo=False)
        await stage.press("right", "minus")
        assert "logit_bias" not in session.values.plain()
        assert "by the number of a token" in stage.screen_text
