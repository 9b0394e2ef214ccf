"""Where things are that tests read: the project, and tables beside it that are not part of it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]

SHARED = ROOT.parent / "shared"
"""What reads from it is skipped where it is not there."""
