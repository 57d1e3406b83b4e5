"""Guesses what a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

# Names that other programs use for the same thing.
_MEANINGS = {
    "remove": ("delete",), "rm": ("delete",), "del": ("delete",), "erase": ("purge", "delete"),
    "empty": ("purge", "bin"), "trash": ("bin", "delete"), "clear": ("new", "purge", "delete"),
    "ls": ("list",), "dir": ("list",), "all": ("list",), "list": ("sessions",), "cat": ("show",), "view": ("show",),
    "print": ("show",), "get": ("show",), "open": ("show",), "find": ("search",), "grep": ("search",),
    "mv": ("rename",), "title": ("rename",), "save": ("export", "backup"), "dump": ("export",),
    "load": ("import",), "undelete": ("restore",), "new": ("init",), "create": ("init",),
    "where": ("path",), "validate": ("check", "verify"), "test": ("check", "verify"),
    "history": ("sessions",), "settings": ("config",), "chat": ("ask",), "prompt": ("ask",),
    "snippet": ("code",), "curl": ("code",), "doctor": ("check",), "man": ("help",),
    "exit": ("quit",), "bye": ("quit",), "cancel": ("stop",), "regenerate": ("retry",), "again": ("retry",),
    "resume": ("last",), "params": ("parameters", "set"), "temp": ("set",), "config": ("preferences",),
    "options": ("preferences",), "reason": ("think",), "reasoning": ("think",), "usage": ("cost",),
    "image": ("file",), "img": ("file",), "picture": ("file",), "attach": ("file",), "upload": ("file",),
    "login": ("key",), "persona": ("system",), "color": ("theme",), "colors": ("theme",), "shortcuts": ("help",),
}  # fmt: skip


def nearest(word: str, known: Iterable[str], *, always: bool = False) -> str:
    """The known word that begins with `word`, is a synonym of it or is most like it, as a question after a sentence.

    Empty where none is like it, unless `always`.
    """
    import difflib

    words = [each for each in known if each]
    begun = [each for each in words if len(word.strip("-")) > 2 and each.startswith(word)]
    begun += [each for each in _MEANINGS.get(word.lower(), ()) if each in words]
    cutoff = 0.0 if always else 0.5
    found = begun[:1] or difflib.get_close_matches(word, words, n=1, cutoff=cutoff)
    return question(found[0] if found else None)


def question(word: str | None) -> str:
    """Whether a word was meant, as a question that follows a sentence; empty for none."""
    return f" Did you mean {word}?" if word else ""
