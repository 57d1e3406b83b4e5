import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from glmchat.commands.target import endpoints_of
from glmchat.config.credentials import Credentials
from glmchat.config.example import example
from glmchat.config.form import config_keys
from glmchat.config.reading import parse
from glmchat.config.values import SHIPPED, Settings
from glmchat.support import paths
from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream

Write = Callable[[str], Path]


def test_init_writes_the_example_privately_and_never_over_a_file(run: Run, home: Path) -> None:
    assert run("config", "init").status == 0
    path = home / "config" / "glmchat" / "config.toml"
    assert path.read_text(encoding="utf-8") == example()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("# mine\n")
    assert run("config", "init").status == 2
    assert path.read_text() == "# mine\n"
    assert run("config", "check").status == 0


def test_a_path_that_the_system_refuses_is_told(run: Run) -> None:
    path = "x" * 300
    for verb in ("init", "check"):
        ran = run("config", verb, "--config", path)
        assert (ran.status in (2, 4), path in ran.err) == (True, True)


@pytest.mark.parametrize("kind", ["config", "data", "state", "cache"])
def test_a_relative_directory_in_the_environment_is_ignored(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", "below/here")
    found = getattr(paths, f"{kind}_dir")()
    assert found.is_absolute()
    assert "below" not in str(found)
    assert found.name == "glmchat"


def test_path_gives_the_file_alone_to_scripts_and_the_other_places_beside_it(run: Run, home: Path) -> None:
    ran = run("config", "path")
    assert ran.out == f"{home / 'config/glmchat/config.toml'}\n"
    for place in (home / "data/glmchat/history.db", paths.themes_dir()):
        assert str(place) in ran.err


def test_check_lists_every_mistake_with_its_line(run: Run, write_config: Write) -> None:
    path = write_config("[chat]\nretrys = 1\nretries = -1\n\n[keys]\nstop = 3\n")
    ran = run("config", "check")
    assert ran.status == 2
    assert [line.partition(": ")[2].partition(": ")[0] for line in ran.err.splitlines()] == [
        f"{path}:{line}" for line in (2, 3, 6)
    ]


def test_check_knows_the_commands_and_their_keys(run: Run, write_config: Write) -> None:
    path = write_config('[chat]\nprovider = "nobody"\n[keys]\ncopy-repli = "f9"\n')
    ran = run("config", "check")
    assert ran.status == 2
    assert f"{path}:2: chat.provider" in ran.err
    assert f"{path}:4: " in ran.err
    write_config('[keys]\ncopy-reply = "f9"\n')
    assert run("config", "check").status == 0


def test_a_config_file_with_mistakes_stops_every_command(run: Run, write_config: Write) -> None:
    path = write_config("[parameters]\ntop_p = 5\n")
    for arguments in (("ask", "--json", "--demo", "hi"), ("models",), ("config", "show")):
        ran = run(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert f"{path}:2: " in ran.err


def test_a_missing_file_that_was_asked_for_is_told(run: Run) -> None:
    ran = run("ask", "--config", "nowhere.toml", "--demo", "hi")
    assert (ran.status, "nowhere.toml" in ran.err) == (2, True)


def test_show_prints_what_holds_and_no_secret(run: Run, write_config: Write) -> None:
    write_config(
        """
        [chat]
        model = "m"
        [parameters]
        top_p = 0.5
        [providers.mine]
        base_url = "https://mine.example/v1"
        headers = { Authorization = "Bearer sk-header-1", "X-Title" = "t" }
        extra_body = { api_token = "sk-body-2", user = "me" }
        api_key_command = ["echo", "sk-argument-3"]
        """
    )
    ran = run("config", "show", "--temperature", "0.25", environment={"OPENAI_API_KEY": "sk-env-4"})
    assert ran.status == 0
    for word in ("temperature = 0.25", "top_p = 0.50", "https://mine.example/v1", "model = m", "openai"):
        assert word in ran.out
    for secret in ("sk-header-1", "sk-body-2", "sk-argument-3", "sk-env-4"):
        assert secret not in ran.out + ran.err


def test_values_come_from_flag_environment_and_file_in_this_order(run: Run, write_config: Write) -> None:
    write_config(
        '[chat]\nprovider = "ollama"\nmodel = "file"\n[parameters]\ntop_p = 0.1\n[models.env]\ntop_p = 0.2\nseed = 1\n'
    )

    def shown(*arguments: str, **environment: str) -> str:
        return run("config", "show", *arguments, environment=environment).out

    assert "model = file" in shown()
    assert "top_p = 0.10" in shown()
    assert "model = env" in shown(GLMCHAT_MODEL="env")
    assert "top_p = 0.20" in shown(GLMCHAT_MODEL="env")
    flagged = shown("--model", "flag", "--top-p", "0.3", GLMCHAT_MODEL="env")
    assert "model = flag" in flagged
    assert "top_p = 0.30" in flagged
    assert "provider = zai (" in shown("--provider", "zai", GLMCHAT_PROVIDER="deepseek")
    assert "provider = deepseek (" in shown(GLMCHAT_PROVIDER="deepseek")
    assert "provider = openrouter (" in shown("--base-url", "https://openrouter.ai/api/v1")
    assert "provider = demo (" in shown("--demo", GLMCHAT_BASE_URL="http://127.0.0.1:1/v1")


def test_a_provider_without_a_known_model_asks_for_one(run: Run) -> None:
    ran = run("ask", "--provider", "ollama", "hi")
    assert (ran.status, "--model" in ran.err) == (2, True)


def test_an_unknown_provider_names_the_nearest(run: Run) -> None:
    ran = run("ask", "--provider", "deapseek", "hi")
    assert (ran.status, "Did you mean deepseek?" in ran.err) == (2, True)


def test_a_base_url_that_is_none_is_refused_and_a_password_in_it_not_repeated(run: Run) -> None:
    assert run("ask", "--base-url", "localhost:80", "hi").status == 2
    ran = run("ask", "--base-url", "https://me:sk-in-url@host/v1", "hi")
    assert (ran.status, "sk-in-url" in ran.err) == (2, False)


def test_help_prints_pages_of_the_manual_and_names_the_nearest(run: Run, write_config: Write) -> None:
    assert "temperature" in run("help").out
    assert run("help", "top_p").out.startswith("# ")
    assert run("help", "top-p").out == run("help", "top_p").out
    missed = run("help", "temprature")
    assert (missed.status, "temperature?" in missed.err) == (2, True)
    write_config('[screen]\nlanguage = "zh"\n')
    assert run("help", "top_p").out != ""
    assert "入门" in run("help").out


def test_code_prints_the_request_that_ask_would_send(run: Run) -> None:
    forms = run("code")
    assert (forms.status, "python-openai" in forms.out) == (0, True)
    ran = run(
        "code",
        "curl",
        "--no-reasoning",
        "--top-p",
        "0.9",
        "say",
        "it's",
        environment={"GLMCHAT_API_KEY": "sk-x-1"},
    )
    assert ran.status == 0
    for word in (
        "https://wcode.net/api/gpt/v1/chat/completions",
        '"top_p": 0.9',
        '"enabled": false',
        "$GLMCHAT_API_KEY",
    ):
        assert word in ran.out
    assert "sk-x-1" not in ran.out
    for flag in ("--json", "--raw", "--no-history", "--show-reasoning", "--retries=1"):
        assert f"glmchat code does not take {flag.partition('=')[0]}." in run("code", "curl", flag).err
    assert '"role": "system"' in run("code", "curl", "--stream", "--system", "Be brief.", "hi").out
    missed = run("code", "python-request")
    assert (missed.status, "python-requests" in missed.err) == (2, True)


def test_a_log_without_its_file_is_refused(run: Run, home: Path) -> None:
    assert run("ask", "--log-content", "--demo", "hi").status == 2
    assert run("ask", "--log", str(home), "--demo", "hi").status == 2


def test_the_log_tells_sizes_and_what_was_said_only_where_it_is_asked_for(run: Run, home: Path) -> None:
    quiet, full = home / "quiet.log", home / "full.log"
    run("ask", "--demo", "--no-history", "--temperature", "0", "--log", str(quiet), "What is top_p?")
    said = run(
        "ask",
        "--demo",
        "--no-history",
        "--temperature",
        "0",
        "--log",
        str(full),
        "--log-content",
        "What is top_p?",
    )
    word = said.out.split()[0]
    assert "ContentDelta" in quiet.read_text()
    assert repr(word)[1:-1] not in quiet.read_text()
    assert word in full.read_text()
    assert stat.S_IMODE(quiet.stat().st_mode) == 0o600


def test_a_secret_header_stays_with_its_providers_host(run: Run, write_config: Write) -> None:
    with serving_in_thread(stream("ok")) as mine, serving_in_thread(stream("ok")) as other:
        write_config(
            f"""
            [providers.mine]
            base_url = "{mine.base_url}"
            model = "m"
            headers = {{ Authorization = "Bearer sk-header-1", "X-Title" = "t" }}
            """
        )
        assert run("ask", "--provider", "mine", "hi").status == 0
        assert run("ask", "--provider", "mine", "--base-url", other.base_url, "hi").status == 0
        assert mine.received[0].headers["authorization"] == "Bearer sk-header-1"
        assert "authorization" not in other.received[0].headers
        assert other.received[0].headers["x-title"] == "t"


def test_a_base_url_of_nobody_takes_the_wcode_style_and_no_stored_key(
    run: Run, write_config: Write, home: Path
) -> None:
    write_config('[chat]\nprovider = "zai"\nmodel = "glm-4.5"\n')
    Credentials().store("zai", "https://api.z.ai/api/paas/v4", "sk-stored-1")
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "--no-reasoning", "hi")
        assert server.received[0].body["reasoning"] == {"enabled": False}
        assert "authorization" not in server.received[0].headers
    assert (ran.status, ran.json["provider"]) == (0, "zai")


@pytest.mark.parametrize("provider", [[], ["--provider", "openai"]])
def test_at_an_address_of_nobody_no_page_for_keys_is_named(run: Run, provider: list[str]) -> None:
    ran = run("ask", *provider, "--model", "m", "--base-url", "https://nobody.invalid/v1", "hi")
    assert ran.status == 3
    assert "You get one at" not in ran.err


def test_a_provider_that_is_given_a_key_later_starts_with_the_configured_model(write_config: Write) -> None:
    settings, _ = parse('[chat]\nmodel = "mine"\n', write_config(""))
    assert endpoints_of(settings, Credentials(environment={}))["wcode"].model == "mine"
    assert endpoints_of(settings, Credentials(environment={}))["deepseek"].model == "deepseek-chat"


def test_a_command_in_the_keys_by_its_old_name_is_no_mistake(run: Run, write_config: Write) -> None:
    write_config('[keys]\nsettings = "f9"\n')
    assert run("config", "check").status == 0


def test_the_settings_form_knows_what_the_table_takes(tmp_path: Path) -> None:
    keys = {each.name: each for each in config_keys(Settings(tmp_path / "config.toml"))}
    assert keys["chat.notify"].choices == ("none", "bell", "desktop")
    assert keys["screen.fold_thinking"].choices == (True, False)
    assert keys["chat.retries"].takes == "a whole number from 0 to 20"
    assert keys["chat.retries"].read("7") == 7
    assert keys["chat.retry_after_limit_s"].read("1.5") == 1.5
    assert keys["chat.system"].read("7") == "7"
    with pytest.raises(ValueError, match=r"chat\.retries takes a whole number from 0 to 20"):
        keys["chat.retries"].read("many")
    assert all(each.takes != "anything" for each in keys.values())


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("budget.day", "5 CNY", {"CNY": 5.0}),
        ("budget.day", "cny=5; 1.5 usd", {"CNY": 5.0, "USD": 1.5}),
        ("budget.day", "{ CNY = 5, USD = 1 }", {"CNY": 5.0, "USD": 1.0}),
        ("budget.day", '{"CNY": 5}', {"CNY": 5.0}),
        ("providers.zai.api_key_command", "pass show 'my key'", ("pass", "show", "my key")),
        ("providers.zai.api_key_command", '["pass", "show"]', ("pass", "show")),
        ("providers.zai.overrides", "{ include_usage = false }", {"include_usage": False}),
        ("providers.zai.connect_timeout_s", "2", 2.0),
        ("chat.system", "[brackets] stay", "[brackets] stay"),
    ],
)
def test_the_settings_form_takes_what_people_type(
    tmp_path: Path, name: str, typed: str, value: object
) -> None:
    settings = Settings(tmp_path / "config.toml", providers=SHIPPED)
    keys = {each.name: each for each in config_keys(settings)}
    assert keys[name].read(typed) == value


@pytest.mark.parametrize("typed", ["5", "5 yuan", "1.2.3 CNY", "{ CNY = 5", "CNY, 5", ""])
def test_the_settings_form_refuses_what_is_no_amount(tmp_path: Path, typed: str) -> None:
    keys = {each.name: each for each in config_keys(Settings(tmp_path / "config.toml"))}
    with pytest.raises(ValueError, match=r"budget\.day takes amounts by currency"):
        keys["budget.day"].read(typed)
