"""The next request as a page: the exact body, what changed since the previous one, what is left out and why."""

from __future__ import annotations

import json
from typing import Any

from glmchat.core.conversation import Message
from glmchat.core.parameters import Parameter
from glmchat.support.text import fence
from glmchat.workspace.requests import Preview

# Characters of a data URI that are shown.
_LONGEST_ADDRESS = 100


def _value(parameter: Parameter, value: Any) -> str:
    return "not sent" if value is None else parameter.format(value)


def report(preview: Preview, answered: Message | None) -> str:
    """The page in Markdown: what changed, what is left out, and the body as it is sent."""
    lines: list[str] = []
    if answered is not None and answered.sent is not None:
        lines += [
            "The body that this reply answered, without its messages:",
            "",
            _shown(answered.sent),
            "",
        ]
    lines += [f"`POST {preview.url}` as it would be sent now; the key is left out.", ""]
    if preview.changed:
        lines += ["**Changed since the last reply**", ""]
        for each in preview.changed:
            before, after = _value(each.parameter, each.before), _value(each.parameter, each.after)
            lines.append(f"- `{each.parameter.name}`: {before} → {after}")
        lines.append("")
    elif preview.previous is not None:
        lines += ["No parameter has changed since the last reply.", ""]
    if preview.omitted:
        lines += ["**Left out**", ""]
        lines += [f"- `{name}`: {reason}" for name, reason in preview.omitted.items()]
        lines.append("")
    if preview.dropped or preview.notes:
        lines += ["**Messages**", ""]
        if preview.dropped:
            what = f"{preview.dropped} of the oldest messages are left out, so that the rest fits into the window."
            lines.append(f"- {what}")
        lines += [f"- {sentence}" for sentence in preview.notes]
        lines.append("")
    return "\n".join([*lines, _shown(preview.body)])


def body_text(body: dict[str, Any]) -> str:
    """A body as people read it."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def shortened(value: Any) -> Any:
    """A value of a body in which addresses that hold a picture are cut: millions of letters tell nobody anything."""
    if isinstance(value, str):
        long = value.startswith("data:") and len(value) > _LONGEST_ADDRESS
        return f"{value[:_LONGEST_ADDRESS]}… ({len(value):,} characters)" if long else value
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return [shortened(each) for each in value] if isinstance(value, list) else value


def _shown(body: dict[str, Any]) -> str:
    return fence(body_text(shortened(body)), "json")
