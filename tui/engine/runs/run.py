"""The runs of a sitting: how each is run again, and where it stood when it was left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linreg_core import Edit, Recipe
from linreg_core.records import dataclass

if TYPE_CHECKING:  # they would import the trainer, which only the engine needs
    from linreg_core import Problem, Snapshot, Trainer

MOST_RUNS = 64
"""Beyond this the oldest are forgotten."""

MOST_WEIGHTS = 8
"""Of a run with more weights the first are told."""


@dataclass(frozen=True)
class Standing:
    """Where a run stands, in few numbers.

    Args:
        epoch: shown.
        latest: the latest that was run.
        phases: how many phases have been run since, beyond the last epoch of a run also.
        loss: mean squared error at the epoch.
        weights: the first of them, in the problem's own units, up to `MOST_WEIGHTS`.
        digits: correct ones of the worst weight; ``None``: none is determined, or known.
        status: a word of `Status`.
        status_epoch: the epoch that decided it; ``None``: none did.
        bits: the same for the same state, to the last bit, and for no other; empty: not known.
    """

    epoch: int
    latest: int
    phases: int
    loss: float
    weights: tuple[float, ...]
    digits: float | None
    status: str
    status_epoch: int | None
    bits: str

    @classmethod
    def at(cls, epoch: int, phases: int) -> Standing:
        """A position, of which nothing else is known."""
        return cls(epoch, epoch, phases, 0.0, (), None, "", None, "")

    @classmethod
    def of(cls, snapshot: Snapshot) -> Standing:
        """That of a run's snapshot."""
        import hashlib  # noqa: PLC0415  (not before the first picture)

        return cls(
            epoch=snapshot.epoch,
            latest=snapshot.latest,
            phases=snapshot.beyond * len(snapshot.run.code) + snapshot.phases_done,
            loss=float(snapshot.backend_loss),
            weights=tuple(snapshot.raw_weights[:MOST_WEIGHTS].tolist()),
            digits=snapshot.progress.digits,
            status=str(snapshot.status),
            status_epoch=snapshot.status_epoch,
            bits=hashlib.sha256(snapshot.committed_state.tobytes()).hexdigest()[:16],
        )


@dataclass(frozen=True)
class PastRun:
    """A run, which *is* its recipe and its edits.

    Args:
        number: by which it is called, from 1 on.
        recipe: how it is run, but for its number of epochs.
        names: of its first weights, up to `MOST_WEIGHTS`.
        dtype: in which it is run.
        lr: its learning rate in the end.
        data: the digest of what it is trained on.
        standing: where it stood when it was left last; ``None``: it was not.
    """

    number: int
    recipe: Recipe
    names: tuple[str, ...]
    dtype: str
    lr: float
    data: str
    standing: Standing | None = None

    @classmethod
    def of(cls, number: int, recipe: Recipe, trainer: Trainer) -> PastRun:
        """One that a trainer runs."""
        settings = trainer.settings
        names = trainer.design.names[:MOST_WEIGHTS]
        return cls(number, recipe, names, settings.dtype, settings.lr, trainer.problem.digest)

    @classmethod
    def requested(cls, recipe: Recipe) -> PastRun:
        """What a recipe asks to be looked at: where its view stands, or else where it begins."""
        run = cls(1, recipe, (), "", 0.0, "")
        epoch = _whole(recipe.view.get("epoch"), run.origin)
        return replace(run, standing=Standing.at(epoch, _whole(recipe.view.get("phases"), 0)))

    @property
    def origin(self) -> int:
        """Its first epoch."""
        return self.recipe.edits[-1].epoch if self.recipe.edits else 0


@dataclass(frozen=True)
class Runs:
    """All runs of a sitting.

    Args:
        runs: the oldest first.
        number: that of the present one; 0: there is none.
        sitting: which sitting they were taken up from; empty: none.
    """

    runs: tuple[PastRun, ...] = ()
    number: int = 0
    sitting: str = ""

    @property
    def present(self) -> PastRun | None:
        """The run on the screen."""
        return self.get(self.number)

    def get(self, number: int) -> PastRun | None:
        """A run by its number; ``None``: there is none."""
        return next((run for run in self.runs if run.number == number), None)

    def left(self, snapshot: Snapshot | None) -> Runs:
        """The same when the present run is left as its snapshot says.

        Args:
            snapshot: ``None``: there is no run to be left.
        """
        if snapshot is None:
            return self
        return self.with_standing(Standing.of(snapshot))

    def with_standing(self, standing: Standing) -> Runs:
        """The same with where the present run stands."""
        runs = (
            replace(run, standing=standing) if run.number == self.number else run
            for run in self.runs
        )
        return replace(self, runs=tuple(runs))

    def begun(self, recipe: Recipe, trainer: Trainer) -> Runs:
        """The same with another run, which is the present one then; see `added`."""
        return self.added(PastRun.of(self._next, recipe, trainer))

    def added(self, run: PastRun) -> Runs:
        """The same with another run, the present one.

        One in which nothing was run gives way to it: to choose is not yet to run.
        """
        others = [old for old in self.runs if old.number != run.number]
        others = [old for old in others if old.standing is None or old.standing.latest > old.origin]
        return replace(self, runs=(*others, run)[-MOST_RUNS:], number=run.number)

    @property
    def _next(self) -> int:
        return 1 + max(
            (
                run.number
                for run in self.runs
                if run.standing is None or run.standing.latest > run.origin
            ),
            default=0,
        )

    def known_better(self, trainer: Trainer) -> Runs:
        """The same with the present run as its trainer tells of it."""
        runs = (
            replace(PastRun.of(run.number, run.recipe, trainer), standing=run.standing)
            if run.number == self.number
            else run
            for run in self.runs
        )
        return replace(self, runs=tuple(runs))

    def gone_to(self, number: int) -> Runs:
        """The same with an earlier run as the present one."""
        return replace(self, number=number)


def _whole(value: object, least: int) -> int:
    """A number that may be no number, or too small."""
    return max(value, least) if type(value) is int else least


def up_to(recipe: Recipe, epoch: int) -> Recipe:
    """The recipe of the run that an epoch shows: before a fork, without what was changed later."""
    edits = tuple(edit for edit in recipe.edits if edit.epoch <= epoch)
    return replace(recipe, edits=edits)


def with_edit(recipe: Recipe, edit: Edit) -> Recipe:
    """The recipe of the run that goes on with an edit.

    One at the same place, by which no weight was set and no digit lost, needs no telling.
    """
    edits = recipe.edits
    if edits and edits[-1].epoch == edit.epoch:
        before = replace(recipe, edits=edits[:-1]).last_config
        configs = (before, edits[-1].config, edit.config)
        is_alike = len({(config.backend, config.dtype) for config in configs}) == 1
        edits = edits[:-1] if is_alike and not edits[-1].sets_weights else edits
    return replace(recipe, edits=(*edits, edit), epochs=edit.epoch)


def repetition_notice(
    run: PastRun, standing: Standing, problem: Problem, reason: str | None, *, is_same: bool
) -> str:
    """The notice of a run that was run again.

    Args:
        run: which.
        standing: where it stood before.
        problem: what it is trained on now.
        reason: what is not as it was then, other versions say; ``None``: nothing that is known.
        is_same: whether it has the same bits now.
    """
    words = f"run {run.number} is back at epoch {standing.epoch:,}"
    if is_same:
        return f"{words}, the same to the last bit" + (f", though {reason}" if reason else "")
    if run.data != problem.digest:
        reason = "the data has changed since"
    return f"{words}, but not with the same bits: {reason or 'what computes it has changed'}"
