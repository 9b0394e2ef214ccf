"""Where memory is short that is a refusal in one line, and nothing of what was made is kept."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import textwrap
import weakref
from pathlib import Path

import numpy as np
import pytest

from linreg_core import LinregError, OnProgress, TrainConfig, Trainer, load_problem, memory
from linreg_core.problem import Problem

MIB = 2**20


def run_limited(code: str, room: int) -> str:
    """What a program prints whose address space is limited to so many MiB beyond what it has."""
    program = """
        import resource
        from linreg_core import LinregError, memory
        def leave(mib):
            with open("/proc/self/statm") as file:
                taken = int(file.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (taken + mib * 2**20, -1))
        {code}
        try:
            doing()
        except LinregError as refusal:
            print(refusal.code, refusal)
    """
    whole = textwrap.dedent(program).format(code=textwrap.dedent(code).format(room=room))
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("can't start new thread"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        type("PanicException", (BaseException,), {})("could not spawn threads: WouldBlock"),
    ],
    ids=repr,
)
def test_all_that_says_that_memory_ran_short_is_one_refusal(error: BaseException) -> None:
    words = r"^not enough memory to tea; "
    with pytest.raises(LinregError, match=words) as refused, memory.refusing_shortage("tea"):
        raise error
    assert refused.value.code == "not-enough-memory"


@pytest.mark.parametrize(
    "error", [RuntimeError("shape"), ValueError("out of memory"), KeyboardInterrupt(), OSError(2)]
)
def test_other_faults_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), memory.refusing_shortage("tea"):
        raise error


def test_what_numpy_and_torch_really_say_is_understood() -> None:
    import torch

    for ask in (lambda: np.empty(2**55), lambda: torch.empty(2**55)):
        refused = pytest.raises(LinregError, match="not enough memory")
        with refused, memory.refusing_shortage("ask"):
            ask()


def test_a_refusal_keeps_nothing_of_what_was_being_made() -> None:
    class Large:
        pass

    kept = []

    def make() -> None:
        large = Large()
        kept.append(weakref.ref(large))
        raise MemoryError

    try:
        with memory.refusing_shortage("make"):
            make()
    except LinregError as error:
        refusal = error.with_traceback(None)
    gc.collect()
    assert refusal is not None
    assert kept[0]() is None


def test_what_does_not_fit_is_refused_before_it_is_tried() -> None:
    code = "def doing():\n    memory.require(300 * 2**20, 'tea')\nleave({room})"
    assert run_limited(code, 400) == ""
    told = run_limited(code, 200)
    assert told.startswith("not-enough-memory not enough memory to tea: it takes about 300 MiB, ")
    assert "MiB are free (ulimit -v); take a part" in told


@pytest.mark.parametrize(
    ("function", "room"), [("fit_threads", 150), ("fit_polars", 200), ("fit_torch", 500)]
)
def test_libraries_that_do_not_fit_are_not_even_imported(function: str, room: int) -> None:
    code = f"doing = memory.{function}\nleave({{room}})"
    assert run_limited(code, room).startswith("not-enough-memory not enough memory to ")
    assert run_limited(code, 4 * room) == ""


def test_threads_become_fewer_only_where_address_space_is_limited() -> None:
    code = """
        import os
        def doing():
            memory.fit_threads()
            memory.fit_polars()
            names = ("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
            print(*(os.environ.get(name, "-") for name in names))
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"):
            os.environ.pop(name, None)
        os.cpu_count = lambda: 8
        if {room}:
            leave({room})
    """
    assert run_limited(code, 0) == "- -"
    assert run_limited(code, 700) == "2 1"
    assert run_limited(code, 64 * 1024) == "- -"


def test_idle_threads_sleep_soon_unless_it_is_said_when() -> None:
    code = """
        import os
        os.environ.pop("OPENBLAS_THREAD_TIMEOUT", None)
        os.environ.update({chosen})
        def doing():
            memory.fit_threads()
            print(os.environ["OPENBLAS_THREAD_TIMEOUT"])
    """
    assert run_limited(code.replace("{chosen}", "{{}}"), 0) == memory.AWAKE
    chosen = "{{'OPENBLAS_THREAD_TIMEOUT': '26'}}"
    assert run_limited(code.replace("{chosen}", chosen), 0) == "26"


def test_a_spectrum_that_does_not_fit_is_refused_and_lapack_is_not_asked() -> None:
    """It would print a line of its own on the terminal first."""
    code = """
        import numpy as np
        from linreg_core import TrainConfig, Trainer
        from linreg_core.problem import Problem
        X = np.random.default_rng(0).normal(size=(100_000, 20))
        problem = Problem("made", X, X[:, 0], tuple(f"x{{i}}" for i in range(20)), "y")
        def doing():
            Trainer(problem, TrainConfig())
        leave({room})
    """
    refused = run_limited(code, 120)
    assert refused.startswith("not-enough-memory not enough memory to analyse 100,000 rows of 20 ")
    assert run_limited(code, 400) == ""


# What a long load tells.


class Heard(OnProgress):
    """Notes what is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float | None]] = []

    def __call__(self, what: str, share: float | None = None) -> None:
        self.told.append((what, share))


def table(folder: Path, rows: int) -> str:
    path = folder / "table.csv"
    path.write_text("a,b,y\n" + "0.123456789,2.5,1\n4,0.987654321,2\n" * (rows // 2))
    return str(path)


def test_a_file_that_takes_long_tells_how_far_it_is(tmp_path: Path) -> None:
    heard = Heard()
    load_problem(table(tmp_path, 200_000), on_progress=heard)
    whats = list(dict.fromkeys(what for what, _ in heard.told))
    assert whats == ["looking through", "reading", "putting the columns together"]
    shares = [share for what, share in heard.told if what == "reading"]
    assert None not in shares
    assert len(shares) > 2
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert shares[-1] == 1


def test_a_small_file_tells_nothing(tmp_path: Path) -> None:
    heard = Heard()
    load_problem(table(tmp_path, 100), on_progress=heard)
    assert heard.told == []


def test_whoever_hears_may_give_it_up(tmp_path: Path) -> None:
    def give_up(what: str, share: float | None = None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_problem(table(tmp_path, 200_000), on_progress=give_up)


@pytest.mark.parametrize(("rows", "columns"), [(250_000, 4), (300, 400), (100, 3)])
def test_a_spectrum_that_takes_long_is_told(rows: int, columns: int) -> None:
    X = np.random.default_rng(0).normal(size=(rows, columns))
    names = tuple(f"x{place}" for place in range(columns))
    heard = Heard()
    Trainer(Problem("made", X, X[:, 0], names, "y"), TrainConfig(), on_progress=heard)
    told = [(f"computing the spectrum of {columns:,} columns", None)]
    assert heard.told == (told if rows != 100 else [])


def test_limits_are_read_in_no_time() -> None:
    """`require_reserve` stands before every piece of a table, which takes 10 ms."""
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    assert memory.free_within_limits() is None
    room = memory.free()
    assert room is not None
    assert room.size > 100 * MIB
