"""The process that reads a Parquet file, and what it says: numbers, or why there are none.

Everything goes through pipes, so that no full disk stands in the way; and how the process ends
tells a damaged file from one that unpacks to too much, and both from too little memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from linreg_core import memory
from linreg_core.datasets.table.parquet_reader import BAD_FILE
from linreg_core.datasets.table.text.blocks import Text, blocks
from linreg_core.errors import LinregError
from linreg_core.native_settings import for_polars

Number = TypeVar("Number", bound=np.generic)

_READER = Path(__file__).with_name("parquet_reader.py")

_MOST_STDERR_BYTES = 2**16
"""So much is kept of what the process says on standard error: first a cause, then backtraces."""

_ABSURD_BYTES = 2**40
"""No table needs so much: a damaged file asks for it."""


@contextmanager
def reading(data: Text, allowed: dict[str, Any]) -> Iterator[Output]:
    """Give what the process writes that reads a file; it ends when the context is left.

    Args:
        data: the whole file.
        allowed: the arguments of ``parquet_reader.parts``.
    """
    output = started(allowed, data)
    try:
        yield output
    finally:
        output.end()


def started(request: dict[str, Any], data: Text = b"") -> Output:
    """Begin a process that reads a file: the data that it is given, or what lies at a path.

    Args:
        request: the arguments of ``parquet_reader.parts``, or those of ``parquet_reader.stream``.
        data: the whole file; empty for one that is read where it lies.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", str(_READER), json.dumps(request)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=for_polars(os.environ, most_threads=4) | {"RUST_BACKTRACE": "0"},
    )
    return Output(process, data)


class Output:
    """What the process writes.

    Args:
        process: it, just begun.
        data: what it is to read.
    """

    def __init__(self, process: subprocess.Popen[bytes], data: Text) -> None:
        assert process.stdin is not None, "they are pipes"
        assert process.stdout is not None
        assert process.stderr is not None
        self._process, self._out = process, process.stdout
        self._said = b""
        self._refusal: BaseException | None = None
        self._helpers = (
            Thread(target=self._feed, args=(process.stdin, data), daemon=True),
            Thread(target=self._listen, args=(process.stderr,), daemon=True),
        )
        for helper in self._helpers:
            helper.start()

    def line(self) -> dict[str, Any]:
        """Return the next line."""
        line = self._out.readline()
        if not line.endswith(b"\n"):
            raise self._broken_off()
        values: dict[str, Any] = json.loads(line)
        return values

    def array(self, dtype: type[Number], rows: int) -> NDArray[Number]:
        """Return the next array, shape (rows,)."""
        array = np.empty(rows, dtype)
        room = array.data.cast("B")
        while len(room):
            taken = self._out.readinto(room)  # type: ignore[attr-defined]
            if not taken:
                raise self._broken_off()
            room = room[taken:]
        return array

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._out.close()
        for helper in self._helpers:
            if helper.ident is not None:
                helper.join()

    def _feed(self, pipe: IO[bytes], data: Text) -> None:
        try:
            with pipe:
                for _, block in blocks(data):
                    pipe.write(block)
        except BrokenPipeError:
            pass  # it has ended already, and says why
        except (LinregError, OSError, MemoryError) as error:
            self._refusal = error
            self._process.kill()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe, contextlib.suppress(ValueError):
            for said in iter(lambda: pipe.read1(_MOST_STDERR_BYTES), b""):  # type: ignore[attr-defined]
                self._said += said[: _MOST_STDERR_BYTES - len(self._said)]

    def _broken_off(self) -> BaseException:
        """Return why there is nothing more, when there should be."""
        code = self._process.wait()
        for helper in self._helpers:
            helper.join()
        if self._refusal is not None:
            return self._refusal
        said = self._said.decode("utf-8", "replace").strip()
        allocation = re.search(r"memory allocation of (\d+) bytes", said)
        is_absurd = allocation is not None and int(allocation[1]) > _ABSURD_BYTES
        if not is_absurd and (code == -signal.SIGKILL or _mentions_shortage(said)):
            if code == -signal.SIGKILL or memory.free_within_limits() is not None:
                return memory.refusal("read this Parquet file")
            return LinregError(
                "too-large",
                "this Parquet file unpacks to far more than its size; leave out its columns of "
                "text, take a part of its rows, or write it anew",
            )
        if code == -signal.SIGXCPU:
            return damaged("it keeps its reader busy for minutes")
        reason = said.rpartition("\n")[2] if code == BAD_FILE else ""
        return damaged(reason or "it makes its reader break off")


def _mentions_shortage(said: str) -> bool:
    """Whether the process was refused memory; it says so in more ways than polars in this one."""
    also = ("resource temporarily unavailable", "pyobject pointer is null", "memoryerror")
    return memory.mentions_shortage(said) or any(words in said.lower() for words in also)


def damaged(why: str) -> LinregError:
    """Return what is said about a file that is no sound Parquet."""
    return LinregError("parquet", f"this Parquet file cannot be read ({why}); write it anew")
