import stat
import tomllib
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from glmchat.config import SHIPPED, PresetSettings, Settings, SettingsError, load, parse
from glmchat.config.example import example
from glmchat.config.reading import SECTIONS
from glmchat.config.rows import rows_of
from glmchat.config.values import Chat, Provider, Screen
from glmchat.config.writing import set_key, set_preset, unset_key
from glmchat.core import parameters
from glmchat.core.preferences import Preferences
from glmchat.support import paths
from glmchat.support.toml import line_of, lines_of

PATH = Path("config.toml")


def mistakes(source: str) -> list[tuple[int | None, str]]:
    return [(mistake.line, mistake.sentence) for mistake in parse(source, PATH)[1]]


def test_the_example_has_no_mistakes_and_changes_nothing() -> None:
    settings, wrong = parse(example(), PATH)
    assert wrong == []
    assert settings == Settings(PATH, providers=dict(SHIPPED))


def test_every_line_of_the_example_may_be_uncommented() -> None:
    lines = [
        line[1:] if line.startswith("#") and not line.startswith("# ") else line
        for line in example().splitlines()
    ]
    text = "\n".join(lines).replace('"@tools.json"', '\'[{"type": "function", "function": {"name": "f"}}]\'')
    settings, wrong = parse(text, PATH)
    assert wrong == []
    assert set(settings.parameters) == {row.name for row in parameters.TABLE}


def test_the_shipped_example_is_the_one_that_is_written() -> None:
    assert paths.packaged("config.example.toml").read_text(encoding="utf-8") == example()


def test_the_app_behaves_as_the_settings_say_that_are_not_made() -> None:
    shared = {each.name: each.default for section in (Chat, Screen) for each in fields(section)}
    assert {each.name for each in fields(Preferences)} - {"keys"} < set(shared)


def test_everything_that_a_file_says_arrives() -> None:
    settings, wrong = parse(
        """
        [chat]
        provider = "local"
        retries = 0
        [screen]
        theme = "dawn"
        [parameters]
        temperature = 0.5
        stop = ["a"]
        [models."z-ai/glm-4.5"]
        top_p = 0.9
        [providers.local]
        base_url = "http://127.0.0.1:9/v1/"
        dialect = "sglang"
        api_key_command = "pass show 'my key'"
        headers = { "X-Title" = "t" }
        [providers.zai]
        idle_timeout_s = 5
        [presets.brief]
        about = "Short."
        system = "Be brief."
        max_tokens = 100
        [keys]
        copy-reply = "ctrl+y, f9"
        stop = []
        """,
        PATH,
    )
    assert wrong == []
    assert (settings.chat.provider, settings.chat.retries, settings.screen.theme) == ("local", 0, "dawn")
    assert settings.parameters == {"temperature": 0.5, "stop": ["a"]}
    assert settings.models == {"z-ai/glm-4.5": {"top_p": 0.9}}
    local = settings.providers["local"]
    assert (local.base_url, local.dialect) == ("http://127.0.0.1:9/v1", "sglang")
    assert (local.api_key_command, local.headers) == (("pass", "show", "my key"), {"X-Title": "t"})
    assert settings.providers["zai"].base_url == SHIPPED["zai"].base_url
    assert settings.providers["zai"].idle_timeout_s == 5.0
    assert settings.presets == {"brief": PresetSettings("Be brief.", "Short.", {"max_tokens": 100})}
    assert settings.keys == {"copy-reply": ("ctrl+y", "f9"), "stop": ()}


def test_a_provider_of_a_known_host_speaks_its_dialect() -> None:
    settings, wrong = parse('[providers.mine]\nbase_url = "https://api.z.ai/api/coding/paas/v4"', PATH)
    assert (wrong, settings.providers["mine"].dialect) == ([], "zai-plan")


def test_a_dialect_may_be_named_by_a_provider_that_speaks_it() -> None:
    source = '[providers.mine]\nbase_url = "http://127.0.0.1:1/v1"\ndialect = "bigmodel"'
    settings, wrong = parse(source, PATH)
    assert (wrong, settings.providers["mine"].dialect) == ([], "zai")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("[chat]\n\n# a comment\nretrys = 3\n", 4, ("chat.retrys", "Did you mean retries?")),
        ("[chat]\nretries = 'many'\n", 2, ("chat.retries", "a whole number from 0 to 20")),
        ("[chat]\nretries = true\n", 2, ("a whole number",)),
        ("[parameters]\ntemperature = 3\n", 2, ("temperature", "from 0 to 2")),
        ("[parameters]\nstop = [\n  'a',\n  '',\n]\n", 2, ("stop", "not empty")),
        ("[parameters]\ntemprature = 1\n", 2, ("Did you mean temperature?",)),
        ('[models."a.b"]\ntop_p = 7\n', 2, ("top_p", "from 0 to 1")),
        ("[sreen]\n", 1, ("Did you mean screen?",)),
        ("chat = 1\n", 1, ("[chat]",)),
        ("[providers.mine]\ndialect = 'vllm'\n", 1, ("needs a base_url",)),
        ("[providers.zai]\ndialect = 'zay'\n", 2, ("one of wcode, zai",)),
        ("[providers.zai]\noverrides = { nothing = 1 }\n", 2, ("nothing", "include_usage")),
        ("[providers.zai]\nbase_url = 'https://me:pw@host/v1'\n", 2, ("has a user name",)),
        ("[providers.demo]\nmodel = 'x'\n", 1, ("built-in model",)),
        ("[screen]\ntheme = ''\n", 2, ("not empty",)),
        ("[keys]\nstop = 5\n", 2, ("ctrl+k",)),
        ("[chat]\nmodel = \n", 2, ("not TOML",)),
        ("x = " + "[" * 5000, None, ("not TOML",)),
        ("x = " + "9" * 5000, None, ("not TOML",)),
        ("[chat]\nmodel = “m”\n", 2, ("not TOML", "text program")),
        ("[chat]\nmodel\u00a0= 'm'\n", 2, ("not TOML", "only looks like one")),
        ("[screen]\nmouse = True\n", 2, ("not TOML", "written small")),
        ("[chat]\nmodel = None\n", 2, ("not TOML", "leave the key out")),
        ("chat:\n  model: m\n", 1, ("not TOML", "like YAML")),
        ('{"chat": {"model": "m"}}\n', 1, ("not TOML", "like JSON")),
        ("[chat]\nmodel = 'a'\nmodel = 'b'\n", 3, ("not TOML", "keep one of the two")),
        ("[chat]\n[screen]\n[chat]\n", 3, ("not TOML", "keep one of the two")),
        ('[providers.zai]\nca_file = "C:\\Users\\me.pem"\n', 2, ("not TOML", "a backslash is doubled")),
        ("<<<<<<< ours\n[chat]\n", 1, ("not TOML", "merge")),
        ("\x00" * 99, 1, ("not TOML", "loss of power")),
        ("[chat]\nmodel = m\n", 2, ("not TOML", "Texts need quotes")),
        ("[providers]\np = 5\n", 2, ("providers.p must be a section", "[providers.p]")),
        ("[models.m.thinking_on]\nreasoning = true\n", 2, ("belongs into [models.m]",)),
        ("[models.m.thinking_off]\ntop_p = 7\n", 2, ("top_p", "from 0 to 1")),
        ("[models.m]\nthinking_on = 5\n", 2, ("must be a section",)),
        ("[budget]\nday = 5\n", 2, ("amounts by currency",)),
        ("[budget]\nday = { YUAN = 5 }\n", 2, ("ISO 4217",)),
        ("[models]\nm = 5\n", 2, ("must be a section",)),
        ("[[providers]]\nbase_url = 'x'\n", 1, ("must be a section",)),
        ("[providers.zai]\nbase_url = 'https://host:99999/v1'\n", 2, ("port", "1 to 65535")),
        ("[providers.zai]\nbase_url = 'http://[::1'\n", 2, ("brackets",)),
        ("[providers.zai]\nbase_url = 'host/v1'\n", 2, ("does not begin with https://",)),
    ],
)
def test_a_mistake_is_told_with_its_line(source: str, line: int | None, words: tuple[str, ...]) -> None:
    found = mistakes(source)
    assert len(found) == 1
    assert line is None or found[0][0] == line
    for word in words:
        assert word in found[0][1]


def test_every_mistake_is_listed_at_once_in_the_order_of_the_file() -> None:
    found = mistakes('text = """\n[chat]\n"""\n[chat]\nretries = -1\n\n[screen]\nthinking_open = 1\n')
    assert [line for line, _ in found] == [1, 5, 8]


@pytest.mark.parametrize(
    "key", ["api_key = 'sk-secret-1'", "api_key_env = 'sk-secret-1'", "headers = 'sk-secret-1'"]
)
def test_a_key_in_the_wrong_place_is_never_repeated(key: str) -> None:
    found = mistakes(f"[providers.zai]\n{key}\n")
    assert len(found) == 1
    assert "sk-secret-1" not in found[0][1]


@pytest.mark.parametrize(
    ("source", "keys", "line"),
    [
        ('a = "#["\n# [x]\n\n[x]\nb.c = 1\n', ("x", "b", "c"), 5),
        ("a = '''\n[x]\n''''\nb = 1", ("b",), 4),
        ('a = """x\\"""\n[y]\n"""\n[ "p q" . r ] # why\nz = { t = 1 }\n', ("p q", "r", "z", "t"), 5),
        ("[[m]]\nx = 1\n[[m]]\nx = 2\n", ("m", "x"), 2),
        ("[a.b]\n[a]\nc = 1\n", ("a",), 1),
        ("a = [ # ]\n 1,\n]\nb = 2", ("b",), 4),
        ("", ("a",), None),
        ("[a]\n", ("a", "b"), None),
    ],
)
def test_every_key_has_its_line(source: str, keys: tuple[str, ...], line: int | None) -> None:
    assert line_of(source, keys) == line


def test_every_line_of_the_example_is_known_by_its_key() -> None:
    lines = [
        line.lstrip("#") if line[:1] == "#" and line[1:2] != " " else line for line in example().split("\n")
    ]
    source = "\n".join(lines)
    found = lines_of(source)
    places = [number for number, line in enumerate(lines, 1) if line and line[0] not in "# "]
    assert sorted(set(found.values())) == places


def test_a_file_full_of_mistakes_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def loads(text: str) -> dict[str, object]:
        read.append(len(text))
        return tomllib.loads(text)

    monkeypatch.setattr("glmchat.support.toml.tomllib", SimpleNamespace(loads=loads))
    source = "[chat]\n" + "".join(f"unknown{number} = {number}\n" for number in range(500))
    assert [line for line, _ in mistakes(source)] == list(range(2, 502))
    assert sum(read) <= 2 * len(source)  # as a whole, and each statement for its line


WRONG = ("5", "true", "1.5", "'x'", "[]", "[1]", "{ x = 1 }", "1979-05-27", "nan")


@pytest.mark.parametrize("value", WRONG)
def test_a_value_of_the_wrong_kind_is_told_wherever_it_stands(value: str) -> None:
    for section in SECTIONS:
        mistakes(f"{section} = {value}\n")
        mistakes(f"[{section}]\nx = {value}\n")
        mistakes(f"[{section}.x]\ny = {value}\n")
    for kind, section in ((Chat, "chat"), (Screen, "screen"), (Provider, "providers.zai")):
        for name in rows_of(kind):
            mistakes(f"[{section}]\n{name} = {value}\n")


def test_a_line_is_found_behind_values_of_several_lines() -> None:
    assert line_of('[a]\nb = """\nc = 1\n"""\n\n# why\nc = [\n1,\n]\n', ("a", "c")) == 7


def test_a_missing_file_gives_the_defaults_unless_it_was_asked_for(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml").chat == Chat()
    with pytest.raises(SettingsError, match="no such config file"):
        load(tmp_path / "config.toml", required=True)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'[chat]\nprovider = "caf\xe9"\n')
    with pytest.raises(SettingsError, match=r"config.toml:2: .* is not UTF-8 text: byte 23, 0xe9, in line 2"):
        load(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_every_unicode_form_is_read_and_can_be_changed(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[chat]\nsystem = "北京"\n', encoding=encoding)
    assert load(path).chat.system == "北京"
    set_key(path, ("chat", "model"), "m")
    assert (load(path).chat.system, load(path).chat.model) == ("北京", "m")


def test_file_names_in_values_are_meant_from_the_config_file(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "object", "title": "s"}')
    path = tmp_path / "config.toml"
    path.write_text('[parameters]\nresponse_format = "@schema.json"\n')
    assert load(path).parameters["response_format"]["type"] == "json_schema"


def test_writing_keeps_comments_and_order(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n[screen] # look\ntheme = 'dusk' # dark\n\n[chat]\nretries = 1\n")
    set_key(path, ("screen", "theme"), "dawn")
    set_key(path, ("keys", "stop"), ("f9",))
    text = path.read_text()
    assert "# mine\n[screen] # look\n" in text
    assert "# dark" in text
    assert text.index("[screen]") < text.index("[chat]") < text.index("[keys]")
    assert load(path).screen.theme == "dawn"
    assert load(path).keys == {"stop": ("f9",)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_preset_is_written_read_replaced_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    set_preset(path, "a b.c", PresetSettings("Be brief.", "Short.", {"temperature": 0.2, "stop": ["x"]}))
    assert load(path).presets["a b.c"] == PresetSettings(
        "Be brief.", "Short.", {"temperature": 0.2, "stop": ["x"]}
    )
    set_preset(path, "a b.c", PresetSettings(values={"reasoning": False}))
    assert load(path).presets["a b.c"] == PresetSettings(values={"reasoning": False})
    unset_key(path, ("presets", "a b.c"))
    assert load(path).presets == {}
    unset_key(path, ("presets", "never"))


def test_what_may_not_stand_there_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(ValueError, match="a whole number"):
        set_key(path, ("chat", "retries"), "many")
    assert not path.exists()


def test_a_file_with_mistakes_in_its_form_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[chat\n")
    with pytest.raises(ValueError, match="config check"):
        set_key(path, ("screen", "theme"), "dawn")
    assert path.read_text() == "[chat\n"


def test_a_linked_config_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text("")
    link.symlink_to(real)
    set_key(link, ("screen", "theme"), "dawn")
    assert link.is_symlink()
    assert tomllib.loads(real.read_text()) == {"screen": {"theme": "dawn"}}
