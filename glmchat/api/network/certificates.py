"""Whose certificates are believed, and which one is shown: by the provider's files, or else by the environment.

Only a connection that is encrypted reads any of it.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

from glmchat.api.endpoint import Trust
from glmchat.api.errors.tree import SettingFault

# What names a file, and what the file is called.
_FILES = {
    "ca_file": "The certificates of ca_file",
    "client_cert_file": "The certificate of client_cert_file",
    "client_key_file": "The key of client_key_file",
    "SSL_CERT_FILE": "The certificates of SSL_CERT_FILE",
    "SSLKEYLOGFILE": "The key log of SSLKEYLOGFILE",
}
# Variables of other programs that people set for the same purpose.
_NOT_READ = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def context(trust: Trust, environment: Mapping[str, str]) -> ssl.SSLContext:
    """What a connection is encrypted and checked with; raises SettingFault for a file that cannot be used."""
    source, path = _source(trust, environment)
    if source in _FILES:
        _check_file(source, path)
    log = environment.get("SSLKEYLOGFILE", "")
    if log and Path(log).is_fifo():
        raise _fault("SSLKEYLOGFILE", log, "is a pipe, and nobody may be reading it")
    place = (None, str(path)) if source == "SSL_CERT_DIR" else (str(path), None)
    try:
        made = ssl.create_default_context(cafile=place[0], capath=place[1])
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        if not log or not _loads(place):
            raise _fault(source, path, "holds no certificate that can be read") from None
        raise _fault("SSLKEYLOGFILE", log, _reason(error)) from None
    _show(made, trust)
    return made


def fault_in(trust: Trust) -> tuple[str, str] | None:
    """Which of a provider's files cannot be used, and why in a sentence; None where all can."""
    try:
        context(trust, {})
    except SettingFault as fault:
        return next(each for each in _FILES if each in fault.sentence), fault.sentence
    return None


def notes(environment: Mapping[str, str]) -> list[str]:
    """Notes on variables that people expect to have an effect, one sentence each."""
    found = []
    directory = environment.get("SSL_CERT_DIR", "")
    if directory and not Path(directory).is_dir():
        found.append(f"SSL_CERT_DIR is not used: there is no directory {directory}.")
    for variable in _NOT_READ:
        if path := environment.get(variable, ""):
            there = "" if Path(path).exists() else f" There is no {path}."
            found.append(f"{variable} is not read here; SSL_CERT_FILE is.{there}")
    return found


def _source(trust: Trust, environment: Mapping[str, str]) -> tuple[str, Path]:
    """What names the certificates to believe, and their file or directory."""
    if trust.ca_file:
        return "ca_file", Path(trust.ca_file)
    if path := environment.get("SSL_CERT_FILE"):
        return "SSL_CERT_FILE", Path(path)
    directory = environment.get("SSL_CERT_DIR")
    if directory and Path(directory).is_dir():
        return "SSL_CERT_DIR", Path(directory)
    import certifi

    return "certifi", Path(certifi.where())


def _check_file(source: str, path: Path) -> None:
    """Raise SettingFault for what is no file that can be read to its end; a pipe would be waited for."""
    try:
        there = path.exists()
    except OSError as error:  # a name that is too long
        raise _fault(source, path, _reason(error)) from None
    if not path.is_file():
        raise _fault(source, path, "is no file" if there else "is not there")
    if not os.access(path, os.R_OK):
        raise _fault(source, path, "may not be read")


def _loads(place: tuple[str | None, str | None]) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(*place)
    except (OSError, ValueError):
        return False
    return True


def _show(made: ssl.SSLContext, trust: Trust) -> None:
    """Have a client's certificate shown to servers that ask for one."""
    if not trust.client_cert_file:
        return
    _check_file("client_cert_file", Path(trust.client_cert_file))
    if trust.client_key_file:
        _check_file("client_key_file", Path(trust.client_key_file))
    try:
        # Without a password of ours OpenSSL would ask for one on the terminal.
        made.load_cert_chain(trust.client_cert_file, trust.client_key_file, password=lambda: "")
    except (OSError, ValueError):
        raise _fault(
            "client_cert_file",
            trust.client_cert_file,
            "holds no certificate with its key that can be read; the key may stand in client_key_file, "
            "and must not be encrypted",
        ) from None


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be opened ({words})"


def _fault(source: str, path: Path | str, words: str) -> SettingFault:
    return SettingFault(
        f"{_FILES.get(source, 'The certificates')} cannot be used: {path} {words}.",
        f"Correct {source}, or leave it out.",
    )
