"""What is said while the engine reads a file."""

from __future__ import annotations

from tui.engine.report import Report, Stage
from tui.text import duration


def doing(report: Report, name: str) -> str:
    """What the engine does with a file, and how far it is; or that it does not answer."""
    if report.quiet.silent:
        return f"no answer for {duration(report.quiet.silent)} while reading {name}"
    stage = report.stage or Stage("reading")
    share = "" if stage.share is None else f" {int(100 * stage.share)} %"
    return f"{stage.what} {name}{share}" if stage.what == "reading" else f"{name}: {stage.what}"
