"""What became of an import, in words."""

from __future__ import annotations

from glmchat.history.formats.values import ImportReport
from glmchat.support.text import counted, safe_line

_PROBLEMS = 8


def outcome(report: ImportReport) -> str:
    """What became of an import, with the first of its problems."""
    lines = [f"New: {counted(report.sessions, 'session')} with {counted(report.messages, 'message')}."]
    if report.known:
        lines.append(f"Already here, left unchanged: {counted(report.known, 'session')}.")
    if report.empty:
        lines.append(f"Empty, left out: {counted(report.empty, 'session')}.")
    if left_out := report.left_out():
        lines.append(left_out)
    if report.in_vain:
        lines += ["", "Nothing of the file was imported."]
    if report.problems:
        lines += ["", f"Skipped: {report.skipped:,}."]
        lines += [safe_line(problem) for problem in report.problems[:_PROBLEMS]]
    if report.skipped > _PROBLEMS:
        lines.append("…")
    return "\n".join(lines)
