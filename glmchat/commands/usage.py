"""The help of the command line, made from its table and the table of parameters."""

from __future__ import annotations

from glmchat.commands.parsing import parameter_of, takes
from glmchat.commands.table import COMMANDS, COMMON, Command, Flag
from glmchat.core import parameters

_COLUMN = 34
_EXIT = (
    "Exit status: 0 a reply; 2 a bad flag, file or config; 3 no key, no credit or not allowed; 4 any other error;\n"
    "75 an error that a retry may mend; 130 interrupted."
)


def usage(command: Command) -> str:
    """The help text of a command; that of the chat lists the commands too."""
    parts = [f"Usage: {_title(command)}\n\n{command.help}"]
    if not command.name:
        parts[0] = (
            "Usage: glmchat                 the chat\n"
            "       glmchat COMMAND ...     one of the commands below\n\n"
            "A terminal chat for GLM-4.5 and every other model behind an OpenAI-compatible endpoint."
        )
        parts.append(_block("Commands", [(_title(each), each.help) for each in COMMANDS.values()]))
    if command.verbs:
        parts.append(_block("Verbs", [(verb.usage, verb.help) for verb in command.verbs]))
    if command.flags:
        parts.append(_block("Flags", [_flag(each) for each in command.flags]))
    parts.append(_block("Common flags, before or after the command", [_flag(each) for each in COMMON]))
    parts.append(
        _block(
            "Request parameters; what is not given is not sent", [_parameter(row) for row in parameters.TABLE]
        )
    )
    parts.append(_EXIT)
    return "\n\n".join(parts) + "\n"


def _title(command: Command) -> str:
    return " ".join(word for word in ("glmchat", command.name, command.words) if word)


def _flag(flag: Flag) -> tuple[str, str]:
    names = f"{flag.short}, {flag.name}" if flag.short else flag.name
    return f"{names} {flag.value}".rstrip(), flag.help


def _parameter(row: parameters.Parameter) -> tuple[str, str]:
    off = "--no-" + row.flag.removeprefix("--")
    if parameter_of(off) is not None:
        return f"{row.flag}, {off}", row.help
    return f"{row.flag} {takes(row.flag)}", row.help


def _block(title: str, rows: list[tuple[str, str]]) -> str:
    import textwrap

    lines = [f"{title}:"]
    for left, right in rows:
        first = f"  {left}".ljust(_COLUMN) if len(left) < _COLUMN - 3 else f"  {left}\n{' ' * _COLUMN}"
        body = textwrap.wrap(right, 110 - _COLUMN)
        lines.append(first + ("\n" + " " * _COLUMN).join(body))
    return "\n".join(lines)
