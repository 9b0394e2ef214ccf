"""Settings of native libraries in the environment: with some the program ends, hangs or chatters.

With POLARS_MAX_THREADS=0 polars panics when it is first used, with 3,000,000 it begins as many
threads, with POLARS_VERBOSE it fills standard error, and with POLARS_PANIC_ON_ERR a bad cell is a
panic. libgomp, which torch computes with, prints a line for each value that it cannot read, and
hangs with one; torch cannot be imported with a wrong TORCH_LOGS.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping

_THREADS = "POLARS_MAX_THREADS"

_BIND_POLICY = "(master|primary|close|spread)"

_SOUND = {
    "ATEN_CPU_CAPABILITY": "default|avx2|avx512|vsx|zvector|sve128|sve256",
    "OMP_NUM_THREADS": r"[1-9][0-9]{0,4}(,[1-9][0-9]{0,4})*",
    "OMP_THREAD_LIMIT": r"[1-9][0-9]{0,8}",
    "OMP_STACKSIZE": r"[1-9][0-9]{0,8} ?[BKMGbkmg]?",
    "OMP_PROC_BIND": f"(?i:true|false|{_BIND_POLICY}(,{_BIND_POLICY})*)",
    "GOMP_CPU_AFFINITY": r"[0-9][-0-9:, ]*",
    "TORCH_LOGS": "",
}
"""What may stand in a variable; another value is as if it were not set."""


def drop_odd_settings(environ: MutableMapping[str, str]) -> None:
    """Remove what nobody can mean here; before the libraries are loaded, which read it then."""
    for name in [*environ]:
        pattern = _SOUND.get(name)
        is_odd = pattern is not None and not re.fullmatch(pattern, environ[name])
        if is_odd or (name.startswith("POLARS_") and not _is_sound(name, environ[name])):
            del environ[name]


def for_polars(environ: Mapping[str, str], most_threads: int) -> dict[str, str]:
    """Return an environment for a process that uses polars, with so many threads at most, alone.

    NumPy is loaded there and computes nothing: on 16 cores its OpenBLAS took 40 MB for each.
    """
    sound = dict(environ)
    drop_odd_settings(sound)
    threads = int(sound.get(_THREADS, os.cpu_count() or 1))
    return sound | {_THREADS: str(min(threads, most_threads)), "OPENBLAS_NUM_THREADS": "1"}


def _is_sound(name: str, value: str) -> bool:
    """Whether it is a number of threads, of which more than processors are of no use."""
    is_whole = name == _THREADS and re.fullmatch(r"[0-9]{1,9}", value) is not None
    return is_whole and 1 <= int(value) <= (os.cpu_count() or 1)
