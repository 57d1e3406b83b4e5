import pytest

from glmchat import __version__
from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import parse
from glmchat.core.parameters import TABLE
from tests.cli.conftest import Run


def test_every_parameter_of_the_table_has_its_flag() -> None:
    samples = {
        "number": "0.5",
        "integer": "3",
        "text": "x",
        "texts": "x",
        "labels": '{"a": "b"}',
        "object": '{"a": 1}',
        "choice": "low",
        "token_map": '{"5": -1}',
        "format": "json_object",
        "tools": '[{"type": "function", "function": {"name": "f"}}]',
        "tool_choice": "auto",
    }
    for row in TABLE:
        arguments = [row.flag] if row.kind == "switch" else [row.flag, samples[row.kind.value]]
        assert list(parse(["ask", *arguments]).values) == [row.name]


def test_flags_stand_before_or_after_the_command() -> None:
    before, after = (
        parse(["--model", "m", "--top-p", "0.9", "ask", "hi"]),
        parse(["ask", "hi", "--top-p=0.9", "--model=m"]),
    )
    assert before.options == after.options == {"model": "m"}
    assert before.values == after.values == {"top_p": 0.9}
    assert before.words == after.words == ["hi"]


def test_switches_go_both_ways_and_the_last_wins() -> None:
    assert parse(["ask", "--logprobs", "--no-reasoning"]).values == {"logprobs": True, "reasoning": False}
    assert parse(["ask", "--reasoning", "--no-reasoning"]).values == {"reasoning": False}


def test_stop_repeats_and_takes_its_text_as_it_is() -> None:
    assert parse(["ask", "--stop", "[", "--stop", "--", "--stop", "-x"]).values == {"stop": ["[", "--", "-x"]}


@pytest.mark.parametrize("word", ["-5 and -3", "-7", "- an item", "---", "-"])
def test_text_that_begins_with_a_dash_is_text(word: str) -> None:
    assert parse(["ask", word]).words == [word]


def test_two_dashes_end_the_flags() -> None:
    assert parse(["ask", "--", "--model", "x"]).words == ["--model", "x"]


def test_a_negative_number_is_a_value() -> None:
    assert parse(["ask", "--frequency-penalty", "-1e-1"]).values == {"frequency_penalty": -0.1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--top-p", "1.5"], ("--top-p", "from 0 to 1")),
        (["--top-k", "-1"], ("--top-k", "0 or more")),
        (["--temperature", "nan"], ("--temperature", "from 0 to 2")),
        (["--reasoning=on"], ("--reasoning is a switch",)),
        (["--reasoning-effort", "very high"], ("none, minimal, low, medium, high, xhigh, max",)),
        (["--top-q", "1"], ("--top-p",)),
        (["--no-stream-x"], ("There is no flag --no-stream-x",)),
        (["--model"], ("--model needs a value",)),
        (["--tools", "@nowhere.json"], ("--tools", "cannot be read")),
        (["--logit-bias", "[1"], ("--logit-bias", "not JSON")),
        (["--refresh"], ("glmchat ask does not take --refresh",)),
    ],
)
def test_a_wrong_flag_is_refused_in_a_sentence(arguments: list[str], words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(["ask", *arguments])
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("flag", ["--api-key", "--api-key=sk-secret", "--token"])
def test_a_key_on_the_command_line_is_refused_and_not_repeated(run: Run, flag: str) -> None:
    ran = run("ask", flag, "sk-secret")
    assert ran.status == 2
    assert "GLMCHAT_API_KEY" in ran.err
    assert "sk-secret" not in ran.err


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    ran = run("sesions", "list")
    assert ran.status == 2
    assert "Did you mean sessions?" in ran.err
    assert ran.out == ""


def test_the_beginning_of_a_flag_names_the_whole_of_it(run: Run) -> None:
    ran = run("ask", "--temp", "1", "hi")
    assert (ran.status, "Did you mean --temperature?" in ran.err) == (2, True)


def test_an_unknown_verb_names_the_nearest(run: Run) -> None:
    ran = run("sessions", "serch", "x")
    assert (ran.status, "Did you mean search?" in ran.err) == (2, True)


def test_help_lists_commands_and_every_parameter(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    for word in (
        "ask",
        "sessions",
        "models",
        "check",
        "code",
        "config",
        "help",
        *(row.flag for row in TABLE),
    ):
        assert word in ran.out
    assert "--json" in run("ask", "--help").out


def test_the_chat_without_a_terminal_says_so(run: Run) -> None:
    ran = run()
    assert ran.status == 2
    assert "terminal" in ran.err


def test_the_version_is_told_wherever_it_is_asked(run: Run) -> None:
    assert run("--version").out == run("ask", "--version").out == f"glmchat {__version__}\n"


def test_a_secret_among_further_keys_is_refused_and_not_shown(run: Run) -> None:
    ran = run("ask", "--demo", "--extra-body", '{"api_key": "sk-hidden"}', "hi")
    assert (ran.status, ran.out) == (2, "")
    assert "provider" in ran.err
    assert "sk-hidden" not in ran.err
