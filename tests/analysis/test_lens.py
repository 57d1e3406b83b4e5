import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.analysis import lens, sampling


def entry(
    text: str, probability: float, others: dict[str, float] | None = None, data: bytes | None = None
) -> dict[str, object]:
    tops = [{"token": t, "logprob": math.log(p), "bytes": None} for t, p in (others or {}).items()]
    given_bytes = list(text.encode() if data is None else data)
    return {"token": text, "logprob": math.log(probability), "bytes": given_bytes, "top_logprobs": tops}


def test_tokens_come_with_their_alternatives_the_likeliest_first() -> None:
    tokens = lens.tokens_of({"content": [entry("b", 0.3, {"b": 0.3, "a": 0.6})]})
    assert [each.text for each in tokens[0].alternatives] == ["a", "b"]
    assert round(lens.known_share(tokens[0]), 9) == 0.9


def test_a_chosen_token_that_is_not_among_the_alternatives_is_added() -> None:
    tokens = lens.tokens_of({"content": [entry("z", 0.01, {"a": 0.6, "b": 0.3})]})
    assert [each.text for each in tokens[0].alternatives] == ["a", "b", "z"]


def test_entries_that_make_no_sense_are_left_out() -> None:
    assert lens.tokens_of(None) == []
    assert (
        lens.tokens_of({"content": [None, {}, {"token": 1, "logprob": 0}, {"token": "a", "logprob": "x"}]})
        == []
    )
    assert len(lens.tokens_of({"content": None, "refusal": [entry("no", 0.5)]})) == 1


def test_tokens_that_are_parts_of_a_character_are_joined() -> None:
    parts = [b"\xe5", b"\x8c\x97", b"ok"]
    entries = [entry("�" if data != b"ok" else "ok", 0.5, data=data) for data in parts]
    pieces = lens.pieces_of(lens.tokens_of({"content": entries}))
    assert pieces == [lens.Piece("北", 0, 1), lens.Piece("ok", 2, 2)]


def test_a_character_that_never_ends_is_shown_as_a_replacement() -> None:
    pieces = lens.pieces_of(lens.tokens_of({"content": [entry("�", 0.5, data=b"\xe5")]}))
    assert [piece.text for piece in pieces] == ["�"]


@given(st.text(min_size=1, max_size=30), st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_pieces_give_back_the_text_however_its_bytes_are_cut(text: str, sizes: list[int]) -> None:
    data = text.encode("utf-8", "replace")
    entries, at, turn = [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        entries.append(entry("x", 0.5, data=data[at : at + size]))
        at, turn = at + size, turn + 1
    pieces = lens.pieces_of(lens.tokens_of({"content": entries}))
    assert "".join(piece.text for piece in pieces) == data.decode()
    assert [piece.first for piece in pieces][1:] == [piece.last + 1 for piece in pieces][:-1]


def test_perplexity_of_even_choices_is_their_number() -> None:
    tokens = lens.tokens_of({"content": [entry("a", 0.25), entry("b", 0.25)]})
    assert lens.perplexity(tokens) is not None
    assert math.isclose(lens.perplexity(tokens) or 0, 4.0)
    assert lens.perplexity([]) is None


def test_the_most_uncertain_places_come_first() -> None:
    tokens = lens.tokens_of({"content": [entry("a", 0.9), entry("b", 0.1), entry("c", 0.5)]})
    assert lens.most_uncertain(tokens, 2) == [1, 2]


def test_the_sliders_act_as_sampling_says() -> None:
    others = {"a": 0.5, "b": 0.3, "c": 0.2}
    tokens = lens.tokens_of({"content": [entry("a", 0.5, others), entry("b", 0.3, others)]})
    values = {"temperature": 0.7, "top_p": 0.8, "presence_penalty": 0.5}
    rows, rest = lens.outcomes(tokens, 1, values)
    candidates = [
        sampling.Candidate(math.log(0.5), count=1, seen=True),
        sampling.Candidate(math.log(0.3)),
        sampling.Candidate(math.log(0.2)),
    ]
    expected = sampling.survivors(candidates, values)
    assert [(row.probability, row.dropped_by) for row in rows] == [
        (fate.probability, fate.dropped_by) for fate in expected.fates
    ]
    assert rest == expected.rest
    assert [row.chosen for row in rows] == [False, True, False]


PLACEHOLDER = {"token": "z", "logprob": -9999.0, "top_logprobs": []}


@pytest.mark.parametrize("logprob", [-9999.0, -math.inf, -1e308, -(10**400), -5_000, -800])
def test_a_token_that_is_all_but_impossible_is_read(logprob: float) -> None:
    tokens = lens.tokens_of({"content": [entry("a", 0.5), {"token": "z", "logprob": logprob}]})
    assert [token.text for token in tokens] == ["a", "z"]
    assert tokens[1].probability == 0
    assert lens.perplexity(tokens) is not None
    assert lens.most_uncertain(tokens, 1) == [1]
    rows, rest = lens.outcomes(tokens, 1, {"temperature": 0.7, "top_p": 0.9, "min_p": 0.1, "top_k": 3})
    assert all(math.isfinite(row.probability) for row in rows)
    assert math.isfinite(rest)


def test_perplexity_is_that_of_the_tokens_whose_probability_was_told() -> None:
    tokens = lens.tokens_of({"content": [entry("a", 0.25), PLACEHOLDER, entry("b", 0.25)]})
    assert math.isclose(lens.perplexity(tokens) or 0, 4.0)
    assert lens.unknown(tokens) == 1
    assert lens.perplexity(lens.tokens_of({"content": [PLACEHOLDER]})) is None
    assert lens.perplexity(lens.tokens_of({"content": [{"token": "z", "logprob": -5000}]})) == math.inf


@pytest.mark.parametrize("value", [math.nan, math.inf, "x", None, True, [], {}])
def test_what_is_no_log_probability_is_left_out_and_counted(value: object) -> None:
    reading = lens.read({"content": [entry("a", 0.5), {"token": "b", "logprob": value}]})
    assert [token.text for token in reading.tokens] == ["a"]
    assert reading.unreadable == 1


def test_a_log_probability_above_zero_is_certain() -> None:
    tokens = lens.tokens_of(
        {"content": [{"token": "a", "logprob": 1e-7}, {"token": "b", "logprob": 10**400}]}
    )
    assert [token.logprob for token in tokens] == [0, 0]


JUNK: list[object] = [
    None,
    5,
    0.5,
    "text",
    True,
    [],
    {},
    [None],
    [5],
    [[]],
    ["text"],
    {"a": 1},
    [{"token": None}],
]


@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_lists_that_are_none_are_left_out(junk: object) -> None:
    assert lens.read(junk).tokens == []
    for name in ("content", "refusal", "tokens", "token_logprobs"):
        assert lens.read({name: junk}).tokens == []
    tokens = lens.tokens_of({"content": [{"token": "a", "logprob": -1, "bytes": junk, "top_logprobs": junk}]})
    assert tokens[0].text == "a"
    old = {"tokens": ["a"], "token_logprobs": [-1], "top_logprobs": junk, "text_offset": junk}
    assert [token.text for token in lens.tokens_of(old)] == ["a"]
    old = {"tokens": ["a"], "token_logprobs": [-1], "top_logprobs": [junk]}
    assert [token.text for token in lens.tokens_of(old)] == ["a"]


def test_content_that_is_none_leaves_the_refusal_to_be_read() -> None:
    assert len(lens.tokens_of({"content": {"a": 1}, "refusal": [entry("no", 0.5)]})) == 1


def test_the_older_shape_of_completions_is_read() -> None:
    reading = lens.read(
        {
            "tokens": ["Once", " upon", "bytes:\\xe5\\x8c", "bytes:\\x97"],
            "token_logprobs": [None, -0.5, -2.5, -0.25],
            "top_logprobs": [
                None,
                {" upon": -0.5, " there": -1.5},
                {"bytes:\\xe5\\x8c": -2.5, "x": -0.125},
                None,
            ],
            "text_offset": [0, 4, 9, 9],
        }
    )
    assert reading.unreadable == 1
    assert reading.tokens[0].text == " upon"
    assert [each.text for each in reading.tokens[0].alternatives] == [" upon", " there"]
    assert [each.text for each in reading.tokens[1].alternatives] == ["x", "bytes:\\xe5\\x8c"]
    assert [piece.text for piece in lens.pieces_of(reading.tokens)] == [" upon", "北"]


@pytest.mark.parametrize("values", [[], [-1], [-1, -2], [-1, -2, -3], [-1, -2, -3, -4], None, "none"])
def test_columns_of_different_lengths_are_read_as_far_as_they_go(values: object) -> None:
    reading = lens.read({"tokens": ["a", "b", "c"], "token_logprobs": values})
    told = min(len(values), 3) if isinstance(values, list) else 0
    assert [token.text for token in reading.tokens] == ["a", "b", "c"][:told]
    assert reading.unreadable == 3 - told


NUMBERS = st.floats(max_value=0.0, allow_nan=False) | st.sampled_from([-9999.0, -745.0, -709.0, -1e-300])


@given(
    st.lists(st.tuples(st.text(max_size=2), NUMBERS, st.lists(st.tuples(st.text(max_size=2), NUMBERS))), min_size=1),
    st.fixed_dictionaries(
        {},
        optional={
            "temperature": st.floats(0, 2), "top_p": st.floats(0, 1), "min_p": st.floats(0, 1),
            "top_a": st.floats(0, 1), "top_k": st.integers(0, 50), "frequency_penalty": st.floats(-2, 2),
            "repetition_penalty": st.floats(0.01, 2),
        },
    ),
)  # fmt: skip
def test_whatever_the_numbers_are_every_place_can_be_shown(
    given_tokens: list[tuple[str, float, list[tuple[str, float]]]], values: dict[str, float]
) -> None:
    tokens = lens.tokens_of(
        {
            "content": [
                {
                    "token": text,
                    "logprob": number,
                    "top_logprobs": [{"token": t, "logprob": n} for t, n in others],
                }
                for text, number, others in given_tokens
            ]
        }
    )
    assert len(tokens) == len(given_tokens)
    for index in range(len(tokens)):
        rows, rest = lens.outcomes(tokens, index, values)
        assert all(0 <= row.probability <= 1 + 1e-9 for row in rows)
        assert 0 <= rest <= 1 + 1e-9
