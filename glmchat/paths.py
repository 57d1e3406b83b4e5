"""Where things are: the user's directories, and the files that are shipped. What is made here is private."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

APP = "glmchat"
PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600


# Below the home directory, where a variable of the XDG Base Directory Specification holds no absolute path.
_USUAL = {"config": ".config", "data": ".local/share", "state": ".local/state", "cache": ".cache"}


def config_dir() -> Path:
    """The directory of config.toml, the credentials and the user's themes."""
    return _directory("config")


def data_dir() -> Path:
    """The directory of the history."""
    return _directory("data")


def state_dir() -> Path:
    """The directory of what the program remembers between runs and nobody would miss."""
    return _directory("state")


def cache_dir() -> Path:
    """The directory of what can be fetched again."""
    return _directory("cache")


def _directory(kind: str) -> Path:
    """A directory of the user's by its kind; a relative path in an XDG variable is ignored, as the standard asks."""
    import platformdirs

    found: Path = getattr(platformdirs, f"user_{kind}_path")(APP, appauthor=False)
    if found.is_absolute():
        return found
    try:
        return Path.home() / _USUAL[kind] / APP
    except RuntimeError:  # there is no home either
        return found


def config_file() -> Path:
    """The config file that is read where ``--config`` names no other."""
    return config_dir() / "config.toml"


def credentials_file() -> Path:
    """The file that keys are stored in."""
    return config_dir() / "credentials.toml"


def database_file() -> Path:
    """The database of the history."""
    return data_dir() / "history.db"


def themes_dir() -> Path:
    """The directory of the user's own themes."""
    return config_dir() / "themes"


def expanded(name: str) -> Path:
    """A path as a person writes it, ``~`` for the home directory; of a user whom nobody knows it stays as it is."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - Path's own raises for such a user


def packaged(name: str) -> Path:
    """A file or directory that is shipped: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent / name
    return inside if inside.exists() else Path(__file__).parent.parent / name


def private_dir(path: Path) -> Path:
    """Make a directory for its owner alone, whatever the umask; one that is there stays as it is."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_DIR, exist_ok=True)
        each.chmod(PRIVATE_DIR)
    return path


def private_file(path: Path) -> Path:
    """Make a file for its owner alone, whatever the umask; one that is there keeps its text and loses its readers."""
    private_dir(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))
    if path.is_file():  # not a terminal or a pipe that stands where a file is expected
        path.chmod(PRIVATE_FILE)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace a file's text in one step: a crash leaves the old or the new, a symbolic link stays one."""
    path = path.resolve()
    private_dir(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
