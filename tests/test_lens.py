import math

from hypothesis import given
from hypothesis import strategies as st

from glmchat import lens, sampling


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
