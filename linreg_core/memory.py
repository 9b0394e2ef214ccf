"""How much memory there is, and the refusal where it is not enough.

Native code does not survive being refused memory or a thread: under a tight ``ulimit -v`` polars
panicked, aborted with text of its own, or span for ever at 100 % of a core, OpenBLAS and libgomp
ended the process, and numpy.linalg printed a line before its MemoryError. Large arrays of NumPy's
own are refused cleanly. So what native code will need is asked for beforehand, with `require`, and
what is refused all the same is turned into one line by `refusing_shortage`.

Imports nothing heavy: `fit_threads` must come before NumPy.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import traceback
from collections.abc import Iterator
from pathlib import Path

from linreg_core.errors import LinregError
from linreg_core.native_settings import drop_odd_settings
from linreg_core.records import dataclass

CODE = "not-enough-memory"

MIB = 2**20

START_ROOM = 192 * MIB
"""Address space for NumPy and all of ours: 150 MiB were just enough with one thread."""

POLARS_ROOM = 288 * MIB
"""For polars and its first table, with one thread and one arena: 222 MiB; and for OpenBLAS."""

TORCH_ROOM = 640 * MIB
"""For torch's CPU build and its first epoch: 560 MiB."""

NUMBA_ROOM = 512 * MIB
"""For numba, LLVM and what they compile, 375 MiB, and for what a run needs meanwhile."""

RESERVE = 64 * MIB
"""What must be left whenever native code is called that allocates a little: polars on a piece of a
table took 38 MiB the first time, with its threads, and OpenBLAS 42 MiB."""

NUMBERS_FACTOR = 7
"""A table's numbers, 8 bytes each, are this many times in memory at the peak, when its spectrum is
computed: 5.9 times for 20 columns, 6.5 times for 8."""

AWAKE = "20"
"""OpenBLAS's threads wait for more work in a loop that keeps a core busy: for 2^20 ticks, a third
of a millisecond. By itself it is 2^26, 20 to 30 ms, in which blocks of rows took twice as long, and
a screen that is being opened beside them came 20 ms later."""

_ARENA_MAX = -8
_THREAD_ROOM = 512 * MIB
_BLAS_THREAD_ROOM = 4 * 80 * MIB

_SHORTAGE_PHRASES = (
    "cannot allocate memory",
    "can't allocate memory",
    "could not spawn",
    "can't start new thread",
    "failed to map segment",
    "memory allocation of",
    "memory allocation still failed",
    "out of memory",
    "bad_alloc",
    "thread creation failed",
    "pthread_create failed",
)
"""How polars, torch, OpenBLAS, libgomp and the dynamic loader say it, in small letters."""


@dataclass(frozen=True)
class Room:
    """Memory that this process may still take.

    Args:
        size: in bytes.
        bound: what bounds it, for a message: "ulimit -v".
    """

    size: int
    bound: str


def require(size: int, doing: str, *, remedy: str = "") -> None:
    """Refuse to begin what there is no room for.

    Args:
        size: about how many bytes it takes, all its copies counted.
        doing: what is to be done: "read big.csv".
        remedy: what to do instead; empty: to take a part of the data.

    Raises:
        LinregError: "not-enough-memory".
    """
    room = free()
    if room is not None and size > room.size:
        raise refusal(doing, size, room, remedy)


def require_reserve(doing: str, more: int = 0) -> None:
    """The same for the little that native code takes on the way, and ``more`` bytes.

    It asks for the process's limits only, which takes 12 µs: it may stand before every call.
    """
    room = free_within_limits()
    if room is not None and room.size < RESERVE + more:
        raise refusal(doing, RESERVE + more, room)


def refusal(
    doing: str, size: int | None = None, room: Room | None = None, remedy: str = ""
) -> LinregError:
    """What is said where memory is short."""
    sizes = ""
    if size is not None and room is not None:
        needed, available = _format_mib(size), _format_mib(room.size)
        sizes = f": it takes about {needed}, and {available} are free ({room.bound})"
    remedy = remedy or "take a part of the rows or columns, or allow more memory"
    return LinregError(CODE, f"not enough memory to {doing}{sizes}; {remedy}")


@contextlib.contextmanager
def refusing_shortage(doing: str) -> Iterator[None]:
    """Turn whatever says that memory ran short into a refusal.

    Raises:
        LinregError: "not-enough-memory".
    """
    try:
        yield
    except BaseException as error:  # a panic of polars is no Exception
        if not is_shortage(error):
            raise
        traceback.clear_frames(error.__traceback__)  # they keep all that was being made
        raise refusal(doing) from None


def is_shortage(error: BaseException) -> bool:
    """Whether an error says that memory ran short."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    is_native = isinstance(error, RuntimeError | ImportError | OSError)
    return (is_native or type(error).__name__ == "PanicException") and mentions_shortage(str(error))


def mentions_shortage(text: str) -> bool:
    """Whether native code says in a text, that of a log say, that memory ran short."""
    low = text.lower()
    return any(words in low for words in _SHORTAGE_PHRASES)


# Threads and arenas. Each thread of native code reserves 8 MiB of address space for its stack, and
# 64 MiB for an arena of its own, of which it writes next to nothing.


def fit_threads() -> None:
    """Before NumPy is imported: let OpenBLAS have as many threads as fit the address space.

    Those that have nothing to do sleep soon.

    Raises:
        LinregError: "not-enough-memory" where not even the program itself fits.
    """
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", AWAKE)
    room = free_within_limits()
    if room is None:
        return
    if room.size < START_ROOM:
        raise refusal("begin", START_ROOM, room, "allow more")
    share_one_arena()
    threads = max(1, room.size // _BLAS_THREAD_ROOM)
    chosen = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"} & set(os.environ)
    if threads < (os.cpu_count() or 1) and not chosen:
        os.environ["OPENBLAS_NUM_THREADS"] = str(threads)


def fit_polars() -> None:
    """Before polars is imported: see that it fits, its threads included, and drop odd settings.

    Raises:
        LinregError: "not-enough-memory".
    """
    drop_odd_settings(os.environ)
    room = free_within_limits()
    if room is None:
        return
    if room.size < POLARS_ROOM:
        raise refusal("read tables", POLARS_ROOM, room, "allow more")
    if room.size < (os.cpu_count() or 1) * _THREAD_ROOM + 2 * POLARS_ROOM:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")


def fit_torch() -> None:
    """Before torch is imported: see that it fits, and drop odd settings.

    Raises:
        LinregError: "not-enough-memory".
    """
    drop_odd_settings(os.environ)
    room = free_within_limits()
    if room is not None and room.size < TORCH_ROOM:
        raise refusal("load torch", TORCH_ROOM, room, "allow more, or use --backend numpy")


def fit_numba() -> None:
    """Before numba is imported: see that it fits.

    Raises:
        LinregError: "not-enough-memory".
    """
    room = free_within_limits()
    if room is not None and room.size < NUMBA_ROOM:
        raise refusal("load numba", NUMBA_ROOM, room, "runs go on without it")


def share_one_arena() -> None:
    """Let the threads begun from now on allocate where this one does, if the C library can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


# How much there is.


def free() -> Room | None:
    """The memory that this process may still take; ``None``: nobody knows."""
    return min(
        (*_within_limits(), *_of_the_machine(), *_of_the_container()),
        key=lambda room: room.size,
        default=None,
    )


def free_within_limits() -> Room | None:
    """The same by the limits of this process alone; ``None``: it has none."""
    return min(_within_limits(), key=lambda room: room.size, default=None)


def _within_limits() -> Iterator[Room]:
    known = ((resource.RLIMIT_AS, 0, "ulimit -v"), (resource.RLIMIT_DATA, 5, "ulimit -d"))
    for limit, field, bound in known:
        most, _ = resource.getrlimit(limit)
        if most != resource.RLIM_INFINITY:
            pages = _text("/proc/self/statm").split()
            taken = int(pages[field]) * resource.getpagesize() if pages else 0
            yield Room(max(0, most - taken), bound)


def _of_the_machine() -> Iterator[Room]:
    meminfo = dict(
        line.split(":", 1) for line in _text("/proc/meminfo").splitlines() if ":" in line
    )
    sizes = [
        int(meminfo[name].split()[0]) for name in ("MemAvailable", "SwapFree") if name in meminfo
    ]
    if sizes:
        yield Room(sum(sizes) * 1024, "of this machine")


def _of_the_container() -> Iterator[Room]:
    """What the control groups leave that this process is in, of either version."""
    for line in _text("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, names = Path("/sys/fs/cgroup"), ("memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            root = Path("/sys/fs/cgroup/memory")
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        here = root / path.lstrip("/")
        for folder in (here, *here.parents):
            if folder.is_relative_to(root):
                yield from _left(folder, *names)


def _left(folder: Path, most_name: str, taken_name: str) -> Iterator[Room]:
    most, taken = (_text(folder / name).strip() for name in (most_name, taken_name))
    if most.isdigit() and taken.isdigit():
        counted = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
        # Pages of files are given back when others are needed.
        cached = int(counted.get("total_inactive_file") or counted.get("inactive_file") or 0)
        yield Room(max(0, int(most) - int(taken) + cached), "of this container")


def _text(path: str | Path) -> str:
    """What a file of the system's holds; empty where there is none."""
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def _format_mib(size: int) -> str:
    return f"{max(1, round(size / MIB)):,} MiB"
