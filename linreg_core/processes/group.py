"""The processes that train one run together: who they are, and how they agree.

A process is one of several, a rank, where torch's elastic launcher started it; otherwise it is
alone. Ranks run the same program on the same numbers and so decide alike; what may differ between
them, the time and signals, they agree on here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.processes.launch import is_launched

if TYPE_CHECKING:
    import torch

PATIENCE = timedelta(minutes=30)
"""How long a rank may keep the others waiting: one of them may read its blocks from a slow disk."""


def own_blocks(count: int, rank: int, size: int) -> range:
    """Which of so many blocks are one process's: neighbours, as many for each or one more."""
    each, more = divmod(count, size)
    first = rank * each + min(rank, more)
    return range(first, first + each + (rank < more))


class Ranks:
    """One process alone.

    Attributes:
        size: how many processes there are.
        rank: which of them this is, from 0.
        on_machine: how many of them this machine has.
    """

    rank = 0
    size = on_machine = 1

    def own(self, count: int) -> range:
        """Which of so many blocks are this process's; see `own_blocks`."""
        return own_blocks(count, self.rank, self.size)

    def gathered(self, own: Floats, count: int) -> Floats:
        """What every process has of its own blocks, in the blocks' order.

        Args:
            own: shape (b, k), float64, for the blocks of `own`.
            count: how many blocks there are, B.

        Returns:
            Shape (B, k), the same bits in every process.

        Raises:
            LinregError: "rank-lost" when another process has ended.
        """
        return own

    def agreed(self, wish: int) -> int:
        """The largest number that one of the processes wishes for."""
        return wish

    def clock(self) -> float:
        """Seconds, the same in every process: the first one's."""
        return time.perf_counter()

    def leave(self) -> None:
        """Let go of the others; nothing is agreed on any more."""


class Group(Ranks):
    """One of several processes.

    Args:
        on_gpu: whether numbers travel between GPUs, by NCCL; otherwise by gloo.
    """

    def __init__(self, *, on_gpu: bool) -> None:
        import torch  # noqa: PLC0415  (1 s)
        from torch import distributed  # noqa: PLC0415

        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        self.on_machine = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        self._torch, self._all = torch, distributed
        local_rank = int(os.environ.get("LOCAL_RANK", "0"))
        self._device = torch.device("cuda", local_rank) if on_gpu else torch.device("cpu")
        with _ReportingLostRank():
            distributed.init_process_group("nccl" if on_gpu else "gloo", timeout=PATIENCE)

    def gathered(self, own: Floats, count: int) -> Floats:
        most = -(-count // self.size)
        mine = np.zeros((most, own.shape[1]))
        mine[: len(own)] = own
        parts = self._exchanged(mine)
        sizes = [len(own_blocks(count, rank, self.size)) for rank in range(self.size)]
        return np.concatenate([part[:size] for part, size in zip(parts, sizes, strict=True)])

    def agreed(self, wish: int) -> int:
        return int(max(part[0, 0] for part in self._exchanged(np.full((1, 1), float(wish)))))

    def clock(self) -> float:
        return float(self._exchanged(np.full((1, 1), time.perf_counter()))[0][0, 0])

    def leave(self) -> None:
        with suppress(RuntimeError):  # one of them is gone
            self._all.destroy_process_group()

    def _exchanged(self, mine: Floats) -> Sequence[Floats]:
        """What every process has, shape (m, k) each, by rank."""
        sent: torch.Tensor = self._torch.from_numpy(mine).to(self._device)
        received: list[Any] = [self._torch.empty_like(sent) for _ in range(self.size)]
        with _ReportingLostRank():
            self._all.all_gather(received, sent)
        return [part.cpu().numpy() for part in received]


class _ReportingLostRank:
    """Turn what torch says of a connection that broke into one line."""

    def __enter__(self) -> None: ...

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, RuntimeError):  # as all of torch.distributed's are
            raise LinregError(
                "rank-lost", "another process of this run has ended, and so does this one"
            ) from None


def ranks(*, on_gpu: bool = False) -> Ranks:
    """The processes of this run; they meet when this is called for the first time.

    Args:
        on_gpu: see `Group`; only the first call says it.

    Raises:
        LinregError: "rank-lost" when they do not.
    """
    if not _MET:
        _MET.append(Group(on_gpu=on_gpu) if is_launched() else Ranks())
    return _MET[0]


_MET: list[Ranks] = []
"""The processes of this run, once they have met."""
