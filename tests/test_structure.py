"""The bounds that keep the house easy to move into: files, classes, and what is private of Textual."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "glmchat"
SOURCES = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
LONGEST_FILE, MOST_METHODS, MOST_ANCESTORS = 350, 40, 2
_PRIVATE = re.compile(
    r"textual\._|\b(app|driver|self\.app|self)\._(driver|filters|compositor|fatal_error|exit_renderables"
    r"|watch_theme|bindings|writer_thread|close_messages_no_wait)\b"
)


def classes() -> dict[str, tuple[list[str], set[str]]]:
    """Each class of ours: the names of its bases and of its methods."""
    found: dict[str, tuple[list[str], set[str]]] = {}
    for source in SOURCES.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                methods = {
                    each.name
                    for each in node.body
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                }
                found[node.name] = ([_name(base) for base in node.bases], methods)
    return found


def _name(base: ast.expr) -> str:
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base).rpartition(".")[2]


def ancestors(name: str, known: dict[str, tuple[list[str], set[str]]]) -> set[str]:
    """The classes of ours that a class inherits from."""
    found: set[str] = set()
    for base in known[name][0]:
        if base in known and base != name:
            found |= {base, *ancestors(base, known)}
    return found


def test_a_class_inherits_from_two_of_ours_at_most() -> None:
    known = classes()
    # Errors are a tree by their nature: who catches one catches its kinds.
    errors = ("Error", "Refused", "Exception")
    deep = [
        name for name in known if len(ancestors(name, known)) > MOST_ANCESTORS and not name.endswith(errors)
    ]
    assert deep == []


def test_a_class_has_forty_methods_at_most_with_those_that_it_inherits() -> None:
    known = classes()
    counts = {
        name: len(methods.union(*(known[each][1] for each in ancestors(name, known))))
        for name, (_, methods) in known.items()
    }
    assert {name: count for name, count in counts.items() if count > MOST_METHODS} == {}


def test_what_is_private_of_textual_is_used_in_the_platform_alone() -> None:
    uses = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path, source in SOURCES.items()
        if "platform" not in path.parts
        for number, line in enumerate(source.splitlines(), 1)
        if _PRIVATE.search(line)
    ]
    assert uses == []


def test_a_file_is_of_one_subject_and_no_longer_than_can_be_read() -> None:
    long = {str(path.relative_to(PACKAGE)): source.count("\n") for path, source in SOURCES.items()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_module_lies_loose() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py", "cli.py"}
