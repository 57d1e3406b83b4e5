import pytest

from glmchat.analysis.token_estimate import Estimator


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("a", 1, 1),
        ("word " * 100, 90, 150),
        ("汉字" * 100, 100, 200),
        ("汉字 mixed with words", 5, 9),
    ],
)
def test_estimates_are_of_the_right_size(text: str, low: int, high: int) -> None:
    assert low <= Estimator().estimate(text) <= high


def test_true_counts_correct_the_estimates() -> None:
    estimator = Estimator()
    text = "word " * 100
    estimator.correct(text, 200)
    assert estimator.estimate(text) == 200
    estimator.correct(text, 100)
    assert 100 < estimator.estimate(text) < 200
    for _ in range(30):
        estimator.correct(text, 100)
    assert estimator.estimate(text) == pytest.approx(100, abs=1)


def test_a_senseless_count_does_little_harm() -> None:
    estimator = Estimator()
    estimator.correct("", 50)
    estimator.correct("word " * 10, 0)
    assert estimator.ratio == 1.0
    estimator.correct("word " * 10, 10**9)
    assert estimator.ratio <= 4.0
