import asyncio
import stat
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from glmchat.api.endpoint import Secret
from glmchat.config.credentials import Credentials, CredentialsError, LateSecret, run_key_command
from glmchat.config.values import SHIPPED, Provider
from tests.waiting import until

WCODE = SHIPPED["wcode"]
MINE = Provider("https://mine.example/v1")
KEY = "sk-stored-0123456789"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "glmchat" / "credentials.toml"


def revealed(
    credentials: Credentials, name: str, provider: Provider, base_url: str | None = None
) -> str | None:
    found = credentials.find(name, provider, base_url or provider.base_url)
    return found.reveal() if found else None


def test_a_stored_key_is_found_again_and_is_private(path: Path) -> None:
    Credentials(path, {}).store("wcode", WCODE.base_url, f" {KEY}\n")
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_stored_key_goes_to_its_own_host_only(path: Path) -> None:
    credentials = Credentials(path, {})
    credentials.store("wcode", WCODE.base_url, KEY)
    assert revealed(credentials, "wcode", WCODE, "https://evil.example/v1") is None
    assert revealed(credentials, "wcode", WCODE, "https://wcode.net:8443/v1") is None
    assert revealed(credentials, "wcode", Provider("https://evil.example/v1")) is None
    assert revealed(credentials, "wcode", WCODE, "https://wcode.net/other/v2") == KEY


def test_a_key_is_found_by_its_host_under_another_name(path: Path) -> None:
    credentials = Credentials(path, {})
    credentials.store("wcode", WCODE.base_url, KEY)
    assert revealed(credentials, "other", Provider("https://wcode.net/api/gpt/v2")) == KEY


def test_keys_of_several_providers_stay_apart(path: Path) -> None:
    Credentials(path, {}).store("wcode", WCODE.base_url, KEY)
    Credentials(path, {}).store("mine", MINE.base_url, "other-key-987")
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY
    assert revealed(Credentials(path, {}), "mine", MINE) == "other-key-987"


def test_the_environment_variable_of_the_program_goes_wherever_the_url_points(path: Path) -> None:
    credentials = Credentials(path, {"GLMCHAT_API_KEY": "env-key-1"})
    credentials.store("wcode", WCODE.base_url, KEY)
    assert revealed(credentials, "wcode", WCODE, "https://elsewhere.example/v1") == "env-key-1"
    assert revealed(credentials, "wcode", WCODE) == "env-key-1"


def test_a_variable_of_the_provider_stays_with_its_host(path: Path) -> None:
    provider = Provider("https://mine.example/v1", api_key_env="MINE")
    credentials = Credentials(path, {"MINE": "env-key-2", "GLMCHAT_API_KEY": "  "})
    assert revealed(credentials, "mine", provider) == "env-key-2"
    assert revealed(credentials, "mine", provider, "https://elsewhere.example/v1") is None
    assert revealed(Credentials(path, {"WCODE_API_KEY": "env-key-3"}), "wcode", WCODE) == "env-key-3"


def test_a_command_prints_the_key_without_a_shell(path: Path) -> None:
    command = (sys.executable, "-c", "import sys; print(sys.argv[1]); print('second line')", "$HOME;`id`")
    with pytest.raises(
        CredentialsError, match="is not one"
    ):  # not the key: it would have a shell's work done
        revealed(
            Credentials(path, {}),
            "mine",
            Provider("https://mine.example/v1", api_key_command=(*command[:3], "a b")),
        )
    provider = Provider("https://mine.example/v1", api_key_command=command)
    assert revealed(Credentials(path, {}), "mine", provider) == "$HOME;`id`"
    assert revealed(Credentials(path, {}), "mine", provider, "https://elsewhere.example/v1") is None


@pytest.mark.parametrize(
    ("code", "words"),
    [("print('sk-not-used'); raise SystemExit(3)", "status 3"), ("pass", "no key")],
)
def test_a_command_that_fails_is_told_without_what_it_printed(code: str, words: str) -> None:
    with pytest.raises(CredentialsError, match=words) as caught:
        run_key_command((sys.executable, "-c", code))
    assert "sk-not-used" not in str(caught.value)


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.config.credentials.COMMAND_TIMEOUT_S", 0.05)
    with pytest.raises(CredentialsError, match="within"):
        run_key_command((sys.executable, "-c", "import time; time.sleep(60)"))


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(CredentialsError, match="cannot be run"):
        run_key_command(("glmchat-no-such-program",))


class Reading:
    """Where a key comes from late: counts how often, and waits while it is held."""

    def __init__(self, *keys: str) -> None:
        self.keys = list(keys)
        self.runs = 0
        self.held = threading.Event()
        self.held.set()

    def __call__(self) -> Secret:
        self.runs += 1
        self.held.wait()
        if not self.keys:
            raise CredentialsError("There is none.")
        return Secret(self.keys.pop(0))


def test_a_key_that_is_fetched_late_is_fetched_when_it_is_needed_and_once() -> None:
    reading = Reading("late-key")
    secret = LateSecret(reading)
    assert (reading.runs, secret.known) == (0, "")
    assert (secret.reveal(), secret.reveal(), secret.known, reading.runs) == (
        "late-key",
        "late-key",
        "late-key",
        1,
    )
    assert "late-key" not in f"{secret!r} {secret}"


async def test_the_event_loop_goes_on_while_a_key_is_fetched_and_all_share_one_reading() -> None:
    reading = Reading("late-key")
    reading.held.clear()
    secret = LateSecret(reading)
    waiting = [asyncio.ensure_future(secret.fetch()) for _ in range(3)]
    await until(lambda: reading.runs == 1)  # and the loop turns meanwhile
    waiting[0].cancel()
    reading.held.set()
    await asyncio.gather(*waiting[1:])
    assert (secret.known, secret.issue, reading.runs) == ("late-key", 1, 1)


async def test_a_key_that_was_refused_is_fetched_once_more() -> None:
    reading = Reading("first-key", "second-key", "second-key")
    secret = LateSecret(reading)
    await secret.fetch()
    used = secret.issue
    assert await secret.renew(used)
    assert secret.known == "second-key"
    assert await secret.renew(used)  # somebody else has had it renewed
    assert reading.runs == 2
    assert not await secret.renew(secret.issue)
    with pytest.raises(CredentialsError):
        await secret.renew(secret.issue)


async def test_a_key_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.config.credentials.FETCH_TIMEOUT_S", 0.02)
    reading = Reading("late-key")
    reading.held.clear()
    secret = LateSecret(reading)
    with pytest.raises(CredentialsError, match="not there within"):
        await secret.fetch()
    reading.held.set()
    await until(lambda: bool(secret.known))


async def test_a_failure_is_told_each_time_and_not_kept() -> None:
    reading = Reading()
    secret = LateSecret(reading)
    for _ in range(2):
        with pytest.raises(CredentialsError):
            await secret.fetch()
    reading.keys.append("late-key")
    await secret.fetch()
    assert secret.reveal() == "late-key"


def test_the_secret_of_one_command_is_one(path: Path) -> None:
    provider = Provider("https://mine.example/v1", api_key_command=(sys.executable, "-c", "print('k-1')"))
    credentials = Credentials(path, {})
    found = [credentials.find("mine", provider, provider.base_url) for _ in range(2)]
    assert found[0] is found[1]


def test_a_file_that_others_can_read_is_closed_and_told(path: Path) -> None:
    Credentials(path, {}).store("wcode", WCODE.base_url, KEY)
    path.chmod(0o644)
    credentials = Credentials(path, {})
    assert revealed(credentials, "wcode", WCODE) == KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(credentials.notices) == 1


def test_a_file_that_stays_open_to_others_says_how_to_close_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Credentials(path, {}).store("wcode", WCODE.base_url, KEY)
    path.chmod(0o644)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(CredentialsError, match=f"chmod 600 '{path}'"):
        Credentials(path, {}).find("wcode", WCODE, WCODE.base_url)


@pytest.mark.parametrize("around", ['"{}"', "'{}'", "{}\n", "\u00a0{}", "Bearer {}"])
def test_what_stands_around_a_key_is_taken_off_and_told(path: Path, around: str) -> None:
    given = around.format(KEY)
    credentials = Credentials(path, {"GLMCHAT_API_KEY": given})
    assert revealed(credentials, "wcode", WCODE) == KEY
    assert [KEY in notice for notice in credentials.notices] == [False]
    assert "GLMCHAT_API_KEY" in credentials.notices[0]
    stored = Credentials(path, {})
    stored.store("wcode", WCODE.base_url, given)
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY
    named = Credentials(path, {"WCODE_API_KEY": given})
    assert revealed(named, "wcode", WCODE) == KEY
    assert "WCODE_API_KEY" in named.notices[0]


def test_a_broken_file_is_told_without_its_text(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f"[wcode]\napi_key = {KEY}\n")
    path.chmod(0o600)
    with pytest.raises(CredentialsError) as caught:
        Credentials(path, {}).find("wcode", WCODE, WCODE.base_url)
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value.__cause__) + repr(caught.value.__context__ and "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_in_every_unicode_form_is_read(path: Path, encoding: str) -> None:
    path.parent.mkdir()
    path.write_text(f'[wcode]\napi_key = "{KEY}"\n', encoding=encoding)
    path.chmod(0o600)
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY


def test_a_file_that_is_no_text_is_told_with_its_line(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(f'[wcode]\napi_key = "{KEY}\xe9"\n'.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(CredentialsError, match=r"credentials\.toml is no text in line 2") as caught:
        Credentials(path, {}).find("wcode", WCODE, WCODE.base_url)
    assert KEY not in str(caught.value)


def test_an_entry_written_by_hand_belongs_to_its_provider(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f'[wcode]\napi_key = "{KEY}"\n')
    path.chmod(0o600)
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY
    assert revealed(Credentials(path, {}), "wcode", WCODE, "https://elsewhere.example/") is None


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel", "a\x00b"])
def test_what_cannot_be_a_key_is_not_stored(path: Path, key: str) -> None:
    with pytest.raises(CredentialsError):
        Credentials(path, {}).store("wcode", WCODE.base_url, key)
    assert not path.exists()


def test_a_keyring_keeps_the_key_out_of_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    keyring = ModuleType("keyring")
    keyring.__dict__["set_password"] = lambda service, host, key: kept.update({(service, host): key})
    keyring.__dict__["get_password"] = lambda service, host: kept.get((service, host))
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    Credentials(path, {}).store("wcode", WCODE.base_url, KEY)
    assert KEY not in path.read_text()
    assert revealed(Credentials(path, {}), "wcode", WCODE) == KEY
    keyring.__dict__["get_password"] = lambda service, host: 1 / 0
    with pytest.raises(CredentialsError, match="keyring"):
        revealed(Credentials(path, {}), "wcode", WCODE)
    keyring.__dict__["get_password"] = lambda service, host: None
    with pytest.raises(CredentialsError, match="no longer"):
        revealed(Credentials(path, {}), "wcode", WCODE)
