"""Runs a backend's epochs by the fastest way that is proved, and guarded while it runs.

A run begins by the phases. Where it is long enough, a faster way runs the same epochs beside them,
and some from states drawn at random, until every epoch of a window was equal in every bit; if it
took less time than they did, from then on it runs alone, but for what `linreg_core.ways.guard` has
the phases run as well. At the first difference the stretch is taken back, and the phases go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from linreg_core.backends.base import Backend, Tape
from linreg_core.problem import Design
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.settings import Settings
from linreg_core.ways import candidates
from linreg_core.ways.bound import SMALL
from linreg_core.ways.guard import Guard
from linreg_core.ways.large import blocks
from linreg_core.ways.loading import LOADER, Stage, few_rows
from linreg_core.ways.proof import (
    WINDOW,
    Proof,
    Trials,
    tried,
    twin,
)
from linreg_core.ways.way import Phases, Ran, Way, is_large

MANY = 50_000
"""From so many epochs on numba is loaded: with fewer the direct way is done before."""

EPOCHS_OF_A_TRIAL = 4
"""How many follow a state drawn at random: another state shows more than a later epoch."""

FEW_DRAWN = 8
"""So many epochs, each from another state, must do of a large table."""

LEAST_WINDOW, WINDOW_BYTES = 32, 2**30
"""And so many of its own, or as many as pass over so many bytes of it, up to `WINDOW`."""

MANY_NUMBERS = 2**30
"""Epochs that pass over so many numbers are many, too: some seconds."""


class Runner:
    """Runs epochs of one backend; see `Runs`.

    Args:
        backend: whose epochs.
        design: what it was made of.
        settings: likewise; ``run_by`` says which ways may be tried.
    """

    def __init__(self, backend: Backend, design: Design, settings: Settings) -> None:
        self._backend, self._design, self._settings = backend, design, settings
        self._phases = Phases(backend)
        self._way: Way[Any] = self._phases
        # Over blocks reading is most of it, and their own phases are all there is.
        self._left = [] if design.blocks else list(candidates.NAMES[settings.run_by])
        self._refuted: list[object] = []
        self._proof: Proof | None = None
        self._numbers = backend.n * backend.p
        self._is_large, self._window = is_large(backend), WINDOW
        if self._is_large:
            affordable = WINDOW_BYTES // (self._numbers * backend.dtype.itemsize)
            self._window = min(max(affordable, LEAST_WINDOW), WINDOW)
        self._guard = Guard(self._phases)
        self._plans: list[blocks.Plan] | None = None
        self._own = object()  # what is loaded for this table alone is known by it
        # Of NumPy's products that for few rows is often another one.
        self._few = backend.n < SMALL and BACKENDS[settings.backend].uses_torch
        self._proved = 0
        self._epochs: Counter[str] = Counter()
        self._end: int | None = None
        self._note: str | None = None
        self._is_fault = False

    @property
    def ran(self) -> Ran:
        """What it has done so far."""
        proved = self._proved + self._guard.equal
        return Ran(self._way.name, dict(self._epochs), proved, self._note, self._is_fault)

    @property
    def most_epochs(self) -> int:
        return self._way.most_epochs

    @property
    def least_stride(self) -> int:
        return self._way.least_stride

    def expect(self, epochs: int | None) -> None:
        """Hear how many epochs will be asked for; ``None``: no end is known."""
        self._end = None if epochs is None else self._epochs[self._phases.name] + epochs
        if self._settings.run_by == "compiled":
            self.prepare()
            LOADER.wait()
        elif epochs is None or epochs >= MANY or epochs * self._numbers >= MANY_NUMBERS:
            self.prepare()

    def prepare(self) -> None:
        """Have numba loaded meanwhile, if it is of use."""
        if "compiled" not in self._left or not self._can_compile:
            return
        if self._uses_blocks:
            LOADER.begin(self._own, self._find_plans)
        else:
            LOADER.ask(self._settings.dtype, few=self._few)

    def run(self, epochs: int, *, gradients: bool = False, keyframes: Iterable[int] = ()) -> Tape:
        if self._proof is None and self._is_long:
            self._proof = self._next_proof()
        if self._proof is not None:
            return self._prove(self._proof, epochs)
        if self._way is self._phases:
            return self._by_phases(epochs, gradients=gradients)
        start = self._backend.state()
        tape = self._way.run(epochs, gradients=True)
        if self._guard.holds(start, tape, keyframes):
            self._epochs[self._way.name] += epochs
            return tape
        self._note = (
            f"the {self._way.name} way differed from the phases: {epochs:,} epochs were taken back "
            "and the phases go on"
        )
        self._is_fault, self._way, self._left = True, self._phases, []
        self._backend.restore(start)
        return self._by_phases(min(epochs, WINDOW), gradients=gradients)

    def for_another(self, backend: Backend) -> Runner:
        """A runner for a backend made alike, by the way that was proved here."""
        other = Runner(backend, self._design, self._settings)
        other._left = []
        if self._way is not self._phases:
            other._way = self._way.bound_to(backend)
        return other

    def _by_phases(self, epochs: int, *, gradients: bool) -> Tape:
        self._epochs[self._phases.name] += epochs
        return self._phases.run(epochs, gradients=gradients)

    # The proof.

    @property
    def _is_long(self) -> bool:
        """Whether a proof could come to its end: a click through single epochs begins none."""
        return self._end is None or self._end >= WINDOW

    @property
    def _can_compile(self) -> bool:
        return candidates.can_compile(self._backend, self._settings)

    @property
    def _uses_blocks(self) -> bool:
        return self._settings.device == "cpu" and blocks.fits(self._backend)

    @property
    def _key(self) -> object:
        """What is loaded: loops for a dtype, or those that are made for this table."""
        if self._uses_blocks:
            return self._own
        return few_rows(self._settings.dtype) if self._few else self._settings.dtype

    def _find_plans(self) -> None:
        self._plans = blocks.find_plans(self._backend)

    def _next_proof(self) -> Proof | None:
        """The next way to be proved; ``None``: none yet, or none any more."""
        for name in tuple(self._left):
            if name == "compiled":
                stage = LOADER.stage(self._key)
                if stage is Stage.FAILED:
                    self._give_up(name, LOADER.why_not)
                elif stage is Stage.READY and not self._can_compile:
                    self._give_up(name, "there is no compiled way for this run")
                if stage is not Stage.READY or name not in self._left:
                    continue
            proof = self._begin_proof(name)
            if proof is not None:
                return proof
            if name == "compiled" and self._few:  # perhaps the loop for more rows does
                self._few = False
                self.expect(None)
                continue
            self._give_up(name, f"there is no {name} way that adds as these phases do")
        return None

    def _begin_proof(self, name: str) -> Proof | None:
        backend, present = self._backend, self._backend.state()
        other = twin(backend, self._design, self._settings)
        trials = [Trials(each) for each in (other, backend) if each is not None]
        wanted, length, drawn = WINDOW, EPOCHS_OF_A_TRIAL, 0
        if self._is_large:
            wanted, length = FEW_DRAWN, 1
        if name == "compiled" and self._plans is not None:
            way = candidates.compiled_large(backend, self._plans, self._refuted)
        elif name == "compiled":
            first = [trials[0].next(length) for _ in range(wanted // length // 2)]
            way = candidates.compiled(
                backend, trials[0].backend, first, self._refuted, few=self._few
            )
            drawn = len(first) * length  # these were equal, or it would not be chosen
        else:
            way = candidates.direct(backend, self._settings)
        backend.restore(present)
        if way is None:
            return None
        pairs = tuple((way.bound_to(each.backend), each) for each in trials)
        return Proof(name, way, pairs, self._window, wanted, length, drawn=drawn)

    def _prove(self, proof: Proof, epochs: int) -> Tape:
        """Run epochs by the phases, and hold the way to them."""
        trial = tried(self._backend, self._by_phases, min(epochs, WINDOW))
        is_equal = proof.holds(trial)
        self._backend.restore(trial.tape.states[-1])
        if not is_equal and proof.way.member is not None:
            self._refuted.append(proof.way.member)  # another one is tried
            self._proof = None
        elif not is_equal:
            self._proof = None
            self._give_up(proof.name, f"the {proof.name} way was not proved: it differs here")
        elif proof.is_done:
            self._proof = None
            self._proved += proof.window + proof.drawn
            if proof.is_faster or self._settings.run_by != "auto":
                self._way, self._left = proof.way, self._left[: self._left.index(proof.name)]
            else:
                self._give_up(proof.name, f"the {proof.name} way was proved, but is no faster here")
        return trial.tape

    def _give_up(self, name: str, reason: str | None) -> None:
        self._left.remove(name)
        self._note = reason if self._note is None else self._note
