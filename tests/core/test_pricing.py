import pytest

from glmchat.core import pricing
from glmchat.core.conversation import Cost, Message, Role
from glmchat.core.costs import cost
from glmchat.core.model import Price
from glmchat.tui.widgets.thought_head import ThoughtFacts, head_spans


def test_costs_are_written_with_as_many_digits_as_say_something() -> None:
    assert pricing.total({"CNY": 0.01234, "USD": 12.345}) == "¥0.0123 + $12.35"
    assert pricing.total({"CHF": 0.5}) == "CHF 0.5000"
    assert pricing.total({"CNY": 0.000021, "USD": 0.0}) == "¥0.000021"
    assert pricing.total({"USD": 0.0}) == "free"
    assert (pricing.total({}), pricing.total({}, known=False)) == ("", "cost unknown")
    assert pricing.exact(Cost(12.345, "CNY")) == "12.3450 CNY"


def test_an_unknown_price_is_never_guessed() -> None:
    known, half = Price(0.0055, 0.02, "CNY"), Price(0.0055, None, "CNY")
    assert pricing.price(known) == "¥0.0055 in, ¥0.02 out per 1,000"
    assert pricing.rates(known) == "¥0.0055/0.02 per 1k"
    assert (pricing.rates(half), pricing.rates(Price(0, 0, "USD"))) == ("", "free")
    assert pricing.price_cell(known) == "0.0055 / 0.02 CNY"
    cached = Price(0.0014, 0.0044, "USD", cached=0.00026)
    assert pricing.price(cached) == "$0.0014 in ($0.00026 cached), $0.0044 out per 1,000"
    assert pricing.price_cell(cached) == "0.0014 (cached 0.00026) / 0.0044 USD"
    assert pricing.price(half) == pricing.price(None) == "price unknown"
    assert pricing.price_cell(half) == pricing.price_cell(None) == "unknown"


def test_one_token_is_not_called_several() -> None:
    assert [pricing.tokens(each) for each in (0, 1, 1204)] == ["0 tokens", "1 token", "1,204 tokens"]
    words = ["".join(span.text for span in head_spans(ThoughtFacts(None, each), True)) for each in (1, 2)]
    assert [each.split("  ")[-1] for each in words] == ["1 token", "2 tokens"]
    budget = head_spans(ThoughtFacts(None, 1, True, budget=40), True)
    assert budget[-1].text.strip() == "≈1 of 40 tokens"


def test_tokens_are_counted_in_few_cells() -> None:
    assert [pricing.count(each) for each in (0, 812, 3_100, 9_999, 128_000)] == [
        "0",
        "812",
        "3.1k",
        "10.0k",
        "128k",
    ]


@pytest.mark.parametrize("wrong", [None, "7", 7.0, True, -1, 10**15])
def test_only_whole_counts_of_an_endpoint_are_counted(wrong: object) -> None:
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": wrong,
        "completion_tokens_details": {"reasoning_tokens": wrong},
    }
    message = Message(1, None, Role.ASSISTANT, usage=usage)
    assert (message.prompt_tokens, message.completion_tokens, message.reasoning_tokens) == (3, None, None)
    assert cost(Price(1.0, 1.0, "CNY"), usage) is None


@pytest.mark.parametrize("usage", [None, {}, {"completion_tokens_details": 5}])
def test_an_endpoint_may_say_nothing_of_tokens(usage: dict[str, object] | None) -> None:
    message = Message(1, None, Role.ASSISTANT, usage=usage)
    assert (message.prompt_tokens, message.completion_tokens, message.reasoning_tokens) == (None, None, None)
