"""Where a key comes from, and which host may have it.

A key belongs to the host that it was stored for and is given to no other. Only ``GLMCHAT_API_KEY`` goes
wherever the base URL points: whoever sets the variable decides that.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glmchat.api.endpoint import Secret, SecretError
from glmchat.config.values import Provider
from glmchat.support import paths, toml
from glmchat.support.address import place_of
from glmchat.support.pasted import unwrap
from glmchat.support.tasks import beside
from glmchat.support.text_files import NotText, read_text

ENVIRONMENT = "GLMCHAT_API_KEY"
COMMAND_TIMEOUT_S = 30.0
# Longer than a command may take, so that its own error comes first.
FETCH_TIMEOUT_S = 35.0
_SERVICE = "glmchat"

# Every key that this process has had in its hands, so that a log can leave them out.
seen: set[str] = set()
_HEADER = "# Keys of glmchat. Each goes to its own host and to no other. Keep this file to yourself.\n\n"


class CredentialsError(SecretError):
    """A key cannot be had or kept; the text is for the person and never holds the key."""


@dataclass(slots=True)
class Credentials:
    """Finds keys and keeps them.

    `path` is the credentials file, read at the first need. `notices` collects sentences for the person.
    """

    path: Path = field(default_factory=paths.credentials_file)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    notices: list[str] = field(default_factory=list)
    _entries: dict[str, dict[str, Any]] | None = None
    _late: dict[str, LateSecret] = field(default_factory=dict)

    def find(self, name: str, provider: Provider, base_url: str) -> Secret | None:
        """The key for requests to `base_url` as provider `name`, None where there is none.

        A command has not been run yet, nor a keyring been asked: the key is fetched when it is first needed, beside
        the event loop. Raises CredentialsError where a source is there and fails.
        """
        given = self.environment.get(ENVIRONMENT, "")
        if unwrap(given)[0]:
            return self._secret(given, ENVIRONMENT)
        if place_of(base_url) == place_of(provider.base_url):
            variable = provider.api_key_env or provider.default_key_env
            if variable and unwrap(held := self.environment.get(variable, ""))[0]:
                return self._secret(held, variable)
            if command := provider.api_key_command:
                place = "what api_key_command printed"
                return self._fetched(
                    "\0".join(command), lambda: self._secret(run_key_command(command), place)
                )
        return self._stored(name, provider, place_of(base_url))

    def stored(self, name: str, provider: Provider, base_url: str) -> Secret | None:
        """The key that was stored for the host of an address, None where there is none; raises CredentialsError."""
        return self._stored(name, provider, place_of(base_url))

    def store(self, name: str, base_url: str, key: str) -> str:
        """Keep a key for a provider's host; returns the place in words. Raises CredentialsError or OSError."""
        key = self._secret(key, "the key").reveal()
        host = place_of(base_url)
        entry: dict[str, Any] = {"host": host.removesuffix(":443")}
        in_keyring = _keyring_set(host, key)
        entry |= {"keyring": True} if in_keyring else {"api_key": key}
        entries = {**self._read(), name: entry}
        import tomlkit

        paths.write_private(self.path, _HEADER + tomlkit.dumps(entries))
        self._entries = entries
        return "the keyring of this system" if in_keyring else str(self.path)

    def _stored(self, name: str, provider: Provider, host: str) -> Secret | None:
        entries = self._read()
        for each in sorted(entries, key=lambda other: other != name):
            entry = entries[each]
            home = str(entry.get("host") or (place_of(provider.base_url) if each == name else ""))
            if not host or (home if ":" in home else f"{home}:443") != host:
                continue
            if entry.get("keyring"):
                return self._fetched(
                    host, lambda: self._secret(_keyring_get(host), "the keyring of this system")
                )
            key = entry.get("api_key")
            if isinstance(key, str) and key.strip():
                return self._secret(key, str(self.path))
        return None

    def _fetched(self, source: str, read: Callable[[], Secret]) -> Secret:
        """The one secret of a source, so that it is asked once."""
        return self._late.setdefault(source, LateSecret(read))

    def _secret(self, key: str, place: str) -> Secret:
        key, around = unwrap(key)
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise CredentialsError(
                f"The key in {place} is not one: a key is a single line of plain letters, digits and signs."
            )
        notice = f"The key in {place} had {around} around it; that was taken off."
        if around and notice not in self.notices:
            self.notices.append(notice)
        seen.add(key)
        return Secret(key)

    def _read(self) -> dict[str, dict[str, Any]]:
        if self._entries is None:
            self._entries = self._read_file()
        return self._entries

    def _read_file(self) -> dict[str, dict[str, Any]]:
        try:
            self._check_mode()
            document = toml.loads(read_text(self.path))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise CredentialsError(
                f"The credentials file {self.path} cannot be read: {error.strerror}."
            ) from None
        except NotText as error:
            raise CredentialsError(
                f"The credentials file {self.path} is no text in line {error.line or 1}. Save it as UTF-8."
            ) from None
        except CredentialsError:
            raise
        except ValueError:  # neither the text nor the parser's words, for they may hold the key
            raise CredentialsError(
                f"The credentials file {self.path} is not TOML. An entry is [wcode] with host and api_key below."
            ) from None
        return {name: entry for name, entry in document.items() if isinstance(entry, dict)}

    def _check_mode(self) -> None:
        if os.name != "posix":
            return
        status = self.path.stat()
        if not status.st_mode & 0o077:
            return
        try:
            self.path.chmod(paths.PRIVATE_FILE)
        except OSError:
            raise CredentialsError(
                f"Others can read the credentials file {self.path}, so it is not used. Run: chmod 600 '{self.path}'"
            ) from None
        self.notices.append(
            f"Others could read the credentials file {self.path}; it is yours alone now. "
            "If other people use this machine, replace the keys in it."
        )


def run_key_command(command: tuple[str, ...]) -> str:
    """Run a program that prints a key and return its first line; no shell. Raises CredentialsError."""
    import subprocess

    program = command[0]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command from the user's own config file
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise CredentialsError(
            f"api_key_command ({program}) printed no key within {COMMAND_TIMEOUT_S:g} seconds. "
            "Run it by hand to see why."
        ) from None
    except OSError as error:
        raise CredentialsError(f"api_key_command ({program}) cannot be run: {error.strerror}.") from None
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if done.returncode or not lines:
        raise CredentialsError(
            f"api_key_command ({program}) ended with status {done.returncode} and "
            f"{'a key that is not used' if lines else 'no key'}. Run it by hand to see why."
        )
    return lines[0]


class LateSecret(Secret):
    """A key that a command prints or a keyring holds, had when it is first needed and kept from then on."""

    __slots__ = ("_read", "_reading")

    def __init__(self, read: Callable[[], Secret]) -> None:
        super().__init__("")
        self._read = read
        self._reading: asyncio.Future[None] | None = None

    def reveal(self) -> str:
        """The key itself; where it was not fetched yet, this waits for it. Raises CredentialsError."""
        if not self._value:
            self._have()
        return self._value

    async def fetch(self) -> None:
        """Get the key if it is not there yet; all who wait for it share one reading. Raises CredentialsError."""
        if not self._value:
            await self._have_beside()

    async def renew(self, used: int) -> bool:
        """Get the key anew where that issue was refused; returns whether it is another one."""
        if self.issue == used:
            before = hash(self._value)
            await self._have_beside()
            return hash(self._value) != before
        return True

    def _have(self) -> None:
        self._value = self._read().reveal()
        self.issue += 1

    async def _have_beside(self) -> None:
        reading = self._reading
        if reading is None or reading.done() or reading.get_loop() is not asyncio.get_running_loop():
            reading = self._reading = beside(self._have)
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_S):
                await asyncio.shield(reading)
        except TimeoutError:
            raise CredentialsError(
                f"The key was not there within {FETCH_TIMEOUT_S:g} seconds. "
                f"Unlock the keyring of this system, or set {ENVIRONMENT}."
            ) from None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def _keyring_set(host: str, key: str) -> bool:
    try:
        import keyring

        keyring.set_password(_SERVICE, host, key)
        return bool(keyring.get_password(_SERVICE, host) == key)
    except (
        Exception
    ):  # not installed, no backend, locked: each system has errors of its own, and the file serves
        return False


def _keyring_get(host: str) -> str:
    try:
        import keyring

        key: object = keyring.get_password(_SERVICE, host)
    except Exception as error:  # as above; the reason is reported, since the key was there before
        raise CredentialsError(
            f"The key for {host} is in the keyring of this system, which does not give it ({type(error).__name__}). "
            f"Unlock it, or set {ENVIRONMENT}."
        ) from None
    if not isinstance(key, str) or not key.strip():
        raise CredentialsError(
            f"The key for {host} is no longer in the keyring of this system. Add it again with /key in the chat, "
            f"or set {ENVIRONMENT}."
        )
    return key
