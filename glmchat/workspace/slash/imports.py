"""What became of an import, in words."""

from __future__ import annotations

from glmchat.history.formats.values import ImportReport
from glmchat.support.text import safe_line

_PROBLEMS = 8


def outcome(report: ImportReport) -> str:
    """What became of an import, with the first of its problems."""
    lines = [
        f"New: {report.sessions:,} sessions with {report.messages:,} messages.",
        f"Here already and left as they are: {report.known:,} sessions.",
    ]
    if report.empty:
        lines.append(f"Nothing was said in: {report.empty:,} sessions.")
    if left_out := report.left_out():
        lines.append(left_out)
    if report.in_vain:
        lines += ["", "Nothing of the file was taken in."]
    if report.problems:
        lines += ["", f"Skipped: {report.skipped:,}."]
        lines += [safe_line(problem) for problem in report.problems[:_PROBLEMS]]
    if report.skipped > _PROBLEMS:
        lines.append("…")
    return "\n".join(lines)
