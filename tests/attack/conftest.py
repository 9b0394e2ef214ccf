"""What attacks are given: the surroundings of tests of the terminal."""

from __future__ import annotations

import tests.app.surroundings  # noqa: F401  (before anything of ours)
