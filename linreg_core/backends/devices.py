"""Which devices torch can compute on, and torch's own reason when one is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.errors import LinregError

if TYPE_CHECKING:
    import torch


def available_devices() -> tuple[str, ...]:
    """Every device of this machine: "cpu", then "cuda:0", "cuda:1", ... Imports torch."""
    import torch  # noqa: PLC0415  (2-3 s: only for those who ask)

    return ("cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count())))


def open_device(name: str) -> torch.device:
    """Give torch's device, after it has really held a number. Imports torch.

    Args:
        name: "cpu", "cuda" or "cuda:N".

    Raises:
        LinregError: "device-missing", with torch's own reason. A device that was asked for and is
            missing is never replaced by the cpu.
    """
    import torch  # noqa: PLC0415

    try:
        torch.zeros(1, device=name)
    except (RuntimeError, AssertionError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = lines[0].rstrip(".")
    else:
        return torch.device(name)
    raise LinregError(
        "device-missing",
        f"device {name} was asked for, but torch cannot use it: {reason}; "
        f"there is: {', '.join(available_devices())}",
    )
