"""Exports, written a slice of time at a time, so that a session can do something else meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator

from linreg_core import Export, LinregError, Recipe, Result, Trainer, write_export


class Writer:
    """Writes one file at a time.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._parts: Generator[float, None, str] | None = None

    @property
    def is_writing(self) -> bool:
        """Whether `go_on` has something to do."""
        return self._parts is not None

    def begin(self, export: Export, trainer: Trainer, result: Result, recipe: Recipe) -> None:
        """Begin to write; see `write_export`.

        Raises:
            LinregError: when it cannot be written, and "busy" while another one is.
        """
        if self._parts is not None:
            raise LinregError("busy", "a file is being written; wait until it is")
        parts = write_export(export, trainer, result, recipe)
        next(parts)
        self._parts = parts

    def go_on(self, seconds: float | None) -> dict[str, object]:
        """Write for some time, about; ``None``: to the end.

        Returns:
            What is new in the report: the share that is written; or that none is being written
            any more, and why.
        """
        if self._parts is None:
            return {}
        deadline = None if seconds is None else self._clock() + seconds
        try:
            share = next(self._parts)
            while deadline is None or self._clock() < deadline:
                share = next(self._parts)
        except StopIteration as end:
            self._parts = None
            return {"written": None, "notice": end.value}
        except LinregError as error:
            self._parts = None
            return {"written": None, "refusal": error}
        return {"written": share}

    def stop(self) -> None:
        """Leave nothing behind of what is not whole."""
        if self._parts is not None:
            self._parts.close()
        self._parts = None
