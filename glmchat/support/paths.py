"""Where things are: the user's directories, and the files that are shipped. What is made here is private."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TextIO

APP = "glmchat"
PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600


# What stands for a directory where there is none: nothing is found below it, and nothing can be made there.
NOWHERE = Path(os.devnull) / "nowhere"

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


class NoPlaceError(FileNotFoundError):
    """There is no directory to keep anything in; the text is for the person."""


def _directory(kind: str) -> Path:
    """A directory of the user's by its kind; `NOWHERE` where the user has none.

    A relative path in an XDG variable is ignored, as the standard asks; one in HOME, or an empty one, is no home.
    """
    import platformdirs

    if os.name != "posix" or "HOME" not in os.environ or _is_told(kind):
        with suppress(
            RuntimeError
        ):  # newer versions say so where there is no home, older ones leave the ~ as it is
            found: Path = getattr(platformdirs, f"user_{kind}_path")(APP, appauthor=False)
            if found.is_absolute():
                return found
    home = _home_of_the_account()
    return home / _USUAL[kind] / APP if home is not None else NOWHERE / kind


def _is_told(kind: str) -> bool:
    """Whether a variable names the directory."""
    given = (os.environ.get(name, "") for name in (f"XDG_{kind.upper()}_HOME", "HOME"))
    return any(Path(each).is_absolute() for each in given)


def _home_of_the_account() -> Path | None:
    try:
        import pwd

        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, KeyError):  # as in a container whose user has a number and no account
        return None
    return home if home.is_absolute() else None


def needed(path: Path) -> Path:
    """A path of ours that has to be somewhere; raises NoPlaceError where it is nowhere."""
    if is_nowhere(path):
        kind = path.relative_to(NOWHERE).parts[0]
        instead = f" or XDG_{kind.upper()}_HOME" if kind in _USUAL else ""
        raise NoPlaceError(
            errno.ENOENT, f"HOME is not set, and this user has no home directory; set HOME{instead}"
        )
    return path


def is_nowhere(path: Path) -> bool:
    """Whether a path of ours is nowhere, for the user has no home."""
    return NOWHERE in path.parents


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
    if (
        os.name == "posix"
        and f"{name}/".startswith("~/")
        and not Path(os.environ.get("HOME", "")).is_absolute()
    ):
        return (_home_of_the_account() or NOWHERE / "~") / name[2:]
    return Path(os.path.expanduser(name))  # noqa: PTH111 - Path's own raises for such a user


def packaged(name: str) -> Path:
    """A file or directory that is shipped: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent.parent / name
    return inside if inside.exists() else Path(__file__).parent.parent.parent / name


def is_missing(path: Path) -> bool:
    """Whether nothing stands at a path; where it may not or cannot be looked at, opening it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def followed(path: Path) -> Path:
    """Where symbolic links lead; a path that goes in a circle stays one, and opening it says so."""
    return Path(os.path.realpath(path))  # Path's own raises RuntimeError for a circle


def private_dir(path: Path) -> Path:
    """Make a directory for its owner alone, whatever the umask; one that is there stays as it is."""
    missing = [each for each in (needed(path), *path.parents) if not each.exists()]
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


class NotAFileError(OSError):
    """What stands in the place of a file is a directory, a pipe or a device."""


def regular(path: Path) -> Path:
    """The path of a file that is there and can be read; raises OSError with a reason for a person.

    Opening a pipe would wait for whoever writes it, and a device may never end.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "directory" if stat.S_ISDIR(mode) else "pipe" if stat.S_ISFIFO(mode) else "device or socket"
        raise NotAFileError(errno.EINVAL, f"It is a {kind}, not a file", str(path))
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return path


def beside(target: Path, ending: str = "") -> Path:
    """Make an empty file of the owner's beside `target`, to be written and then put in its place."""
    # Made with mode 0600; some file systems allow names of 255 bytes.
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=ending)
    os.close(descriptor)
    return Path(name)


def put_in_place(made: Path, target: Path) -> None:
    """Let a file that is written take another's place; after a crash the old or the new is there, whole."""
    _sync(made)
    made.replace(target)
    with suppress(OSError):  # some systems cannot sync a directory; the file itself is on the disk
        _sync(target.parent)


def write_bytes(target: Path, data: bytes) -> None:
    """Write a file for its owner alone in one step, its directory made where there is none; raises OSError."""
    private_dir(target.parent)
    made = beside(target, ".partial")
    try:
        made.write_bytes(data)
        put_in_place(made, target)
    finally:
        made.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Replacement:
    """A file for its owner alone that takes another's place once all of it is written.

    Until `commit` what is there stays as it is, whatever happens; a symbolic link stays one, and a device or a pipe
    is written straight. Raises OSError.
    """

    def __init__(self, path: Path, errors: str = "strict") -> None:
        self._target = followed(path)
        self._made: Path | None = None
        if self._target.exists() and not self._target.is_file():
            self.file = self._target.open("w", encoding="utf-8", errors=errors, newline="\n")
            return
        self._made = beside(self._target)
        self.file = self._made.open("w", encoding="utf-8", errors=errors, newline="\n")

    def commit(self) -> None:
        """Put what was written in its place; a crash leaves the old or the new."""
        self.file.close()
        if self._made is not None:
            put_in_place(self._made, self._target)

    def discard(self) -> None:
        """Leave everything as it was."""
        with suppress(OSError):  # a full disk raises once more
            self.file.close()
        if self._made is not None:
            self._made.unlink(missing_ok=True)

    def __enter__(self) -> TextIO:
        return self.file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.discard()


def write_private(path: Path, text: str) -> None:
    """Replace a file's text in one step, its directory made where there is none; raises OSError."""
    private_dir(followed(path).parent)
    with Replacement(path) as file:
        file.write(text)
