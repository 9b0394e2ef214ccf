"""What all tests share: the same drawn examples every time, and no clock on them."""

from __future__ import annotations

from hypothesis import settings

# A red test must be red again when it is run again, and a busy machine is no fault of the code's.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
