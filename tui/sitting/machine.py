"""What computes the bits: versions and processor, by which a run may differ."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("linreg-tui", "numpy", "torch")


def machine() -> dict[str, str]:
    """The versions of what computes, and the processor; nothing is imported for it."""
    versions = {"python": platform.python_version(), "processor": _processor()}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    return versions


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """What is not as it was, in words; ``None``: nothing is."""
    changed = [
        f"{name} was {before.get(name, 'absent')} and is {now.get(name, 'absent')}"
        for name in now
        if before.get(name) != now.get(name)
    ]
    return ", ".join(changed) or None


def _processor() -> str:
    """Its name, as Linux tells it, or its kind."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
