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


# Two words of which less is alike have nothing to do with each other: "foo" and "fork" share four letters of seven.
LIKE = 0.6


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, as a question after a sentence; empty where none is like it."""
    return question(nearest_word(word, known))


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that begins with `word`, is a synonym of it, is its beginning, or is most like it."""
    import difflib

    words = [each for each in known if each]
    found = [each for each in words if len(word.strip("-")) > 2 and each.startswith(word)]
    found += [each for each in _MEANINGS.get(word.lower(), ()) if each in words]
    found += [each for each in words if len(each) > 1 and word.startswith(each)]
    bare = {each.strip("-"): each for each in words}
    found += [bare[each] for each in difflib.get_close_matches(word.strip("-"), bare, 1, LIKE)]
    return found[0] if found else None


def question(word: str | None) -> str:
    """Whether a word was meant, as a question that follows a sentence; empty for none."""
    return f" Did you mean {word}?" if word else ""
