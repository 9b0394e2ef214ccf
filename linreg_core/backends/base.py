"""What every backend is: named phases that make an epoch, and a run that is many of them."""

from __future__ import annotations

import inspect
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.modes import Modes
from linreg_core.backends.phases import Phase, Role
from linreg_core.errors import LinregError
from linreg_core.problem import Design
from linreg_core.records import dataclass
from linreg_core.settings.settings import Settings


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The backend's numbers at the present weights, computed by its own phases.

    Args:
        loss: mean squared error.
        gradient: derivative of the loss by each weight, shape (p,), in the run's dtype.
        prediction: shape (n,), in the run's dtype.
        residual: prediction minus target, shape (n,), in the run's dtype.
    """

    loss: float
    gradient: Floats
    prediction: Floats
    residual: Floats


@dataclass(frozen=True)
class PhaseSource:
    """The code of one phase, as it runs.

    Args:
        phase: the phase's name.
        role: what it is for.
        formula: what it does, in symbols.
        file: the file's path within the project: "backends/numpy_matrix.py".
        line: the number of the first line in that file, from 1.
        text: the method's source, without the indentation of its class.
    """

    phase: str
    role: Role
    formula: str
    file: str
    line: int
    text: str


@dataclass(frozen=True, eq=False)
class Tape:
    """The states of a stretch of epochs. Row i is the state after i + 1 of them.

    The arrays may be the backend's own, which its next run writes over.

    Args:
        states: shape (epochs, s), in the run's dtype; see `Backend.state`.
        losses: mean squared error at their weights, shape (epochs,).
        gradients: the gradient that led to each row, taken one epoch before it, shape
            (epochs, p); ``None`` when it was not asked for.
    """

    states: Floats
    losses: Floats
    gradients: Floats | None

    @property
    def sound(self) -> int:
        """How many epochs come before the first that is not finite."""
        if np.isfinite(self.losses).all() and np.isfinite(self.states).all():
            return len(self.losses)
        finite = np.isfinite(self.losses) & np.isfinite(self.states).all(axis=1)
        return int(np.argmin(finite))


class Backend(ABC):
    """One of the article's implementations, trained on a design matrix.

    An epoch is its phases, one after the other, and `run` does many epochs. Faster ways to run them
    are in `linreg_core.ways`; what they leave and tell is held to this, bit for bit.

    Args:
        design: the problem as the run sees it; never changed.
        settings: what to run.

    Raises:
        LinregError: "weights-not-two" where a backend cannot train this number of weights,
            "overflow" when the data does not fit the dtype, "device-missing",
            "out-of-memory".
    """

    PHASES: ClassVar[tuple[Phase, ...]]
    ARTICLE_INIT: ClassVar[float] = 0.0

    SLOTS: tuple[str, ...] = ()
    """What else the next epoch depends on, of shape (p,) each: a velocity, say."""

    is_autonomous: bool = True
    """Whether it depends on nothing else: then a state that comes back comes back for ever."""

    SCRIPT_IMPORTS: ClassVar[tuple[str, ...]] = ("import numpy as np",)
    """What a script of the phases imports."""

    SCRIPT_SETUP: ClassVar[str]
    """What it does before them, as `set_up` does here: it has NumPy arrays X (n, p), y_true (n,)
    and the first weights w (p,), all in the run's dtype, the number lr, and device as a string."""

    SCRIPT_WEIGHTS: ClassVar[str]
    """The expression of its weights as a NumPy array of shape (p,)."""

    MODES: ClassVar[type[Modes] | None] = None
    """What epochs make of distances in exact arithmetic; ``None``: there is no closed form, or
    none that is known. It is for these very phases: a subclass that changes one begins without."""

    def __init_subclass__(cls) -> None:
        """A closed form of other phases, which a subclass has changed, does not stay."""
        family = cls.__mro__

        def mro_index(name: str) -> int:
            return next((i for i, parent in enumerate(family) if name in vars(parent)), len(family))

        parts = ["PHASES", *(phase.method for phase in getattr(cls, "PHASES", ()))]
        latest = min(map(mro_index, parts))
        if mro_index("MODES") > latest:
            cls.MODES = None

    def __init__(self, design: Design, settings: Settings) -> None:
        self.lr = settings.lr
        self.n: int = len(design.X)
        self.p: int = len(design.names)
        self.dtype = np.dtype(settings.dtype)
        with np.errstate(over="ignore"):
            X, y = (values.astype(self.dtype) for values in (design.X, design.y))
        if not (np.isfinite(X).all() and np.isfinite(y).all()):
            raise LinregError(
                "overflow",
                f"the data has numbers too large for {settings.dtype}; use --dtype float64",
            )
        if not np.isfinite(settings.rate):
            raise LinregError(
                "overflow",
                f"learning rate {self.lr} does not fit {self.dtype}; give a smaller one",
            )
        self._is_looked = False
        self.set_up(X, y, design, settings)
        self.restore(self.beginning(self.initial_weights(settings)))

    @abstractmethod
    def set_up(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        """Store the data, already in the run's dtype, in this backend's shapes, on its device."""

    @abstractmethod
    def put_rows(self, X: Floats, y: Floats) -> None:
        """Take other rows in the place of those, shape (b, p) and (b,), in the run's dtype.

        They may be kept where they are: they stay as they are until others are put.
        """

    def initial_weights(self, settings: Settings) -> Floats:
        """The weights of epoch 0, shape (p,), in the run's dtype."""
        if settings.init == "article":
            return self.article_weights(settings.seed)
        if settings.init == "random":
            # The rule of nn.Linear, drawn by NumPy so that every backend starts alike.
            bound = self.p**-0.5
            draw: Floats = np.random.default_rng(settings.seed).uniform(-bound, bound, self.p)
            return draw.astype(self.dtype)
        value = 0.0 if settings.init == "zeros" else float(settings.init)
        with np.errstate(over="ignore"):
            weights = np.full(self.p, value + 0.0, dtype=self.dtype)  # + 0.0: no negative zero
        if not np.isfinite(weights).all():
            raise LinregError("overflow", f"initial weights {value} do not fit {self.dtype}")
        return weights

    def article_weights(self, seed: int) -> Floats:
        """The article's initial weights for this backend, shape (p,), in the run's dtype."""
        return np.full(self.p, self.ARTICLE_INIT, dtype=self.dtype)

    def beginning(self, weights: Floats) -> Floats:
        """The state of a run that begins with weights, shape (p,): all its slots are 0."""
        return np.concatenate([weights, np.zeros(self.p * len(self.SLOTS), dtype=self.dtype)])

    def weights_of(self, states: Floats) -> Floats:
        """The weights of states, shape (..., s) -> (..., p)."""
        return states[..., : self.p]

    @property
    def numbers_per_epoch(self) -> int:
        """How many numbers `run` stores of every epoch, of the kind it stores most of."""
        return self.p * (1 + len(self.SLOTS))

    # An epoch, and many.

    def epoch(self) -> None:
        """Run every phase once, in order."""
        for phase in self.PHASES:
            self.run_phase(phase)

    def run_phase(self, phase: Phase) -> None:
        """Run one phase; they must be run in order, beginning with the first, up to the last."""
        with self.computing():
            getattr(self, phase.method)()
        self._is_looked = False

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        """Run ``epochs`` >= 1 epochs and tell every state on the way."""
        states, losses, slopes = [], [], []
        with self.computing():
            self._look()
            for _ in range(epochs):
                self._run_phases(Role.GRADIENT)
                if gradients:
                    slopes.append(self.gradient_vector().copy())
                self._run_phases(Role.UPDATE, Role.TIDY)
                self._run_phases(Role.LOOK, Role.LOSS)
                states.append(self.state())
                losses.append(self.loss_value())
        self._is_looked = True
        return Tape(
            np.array(states, dtype=self.dtype),
            np.array(losses, dtype=self.dtype),
            np.array(slopes, dtype=self.dtype) if gradients else None,
        )

    def evaluate(self) -> Evaluation:
        """Run the phases up to the gradient at the present state, and leave that as it is."""
        present = self.state() if self.SLOTS else None  # a gradient may be part of it
        loss, gradient = self.loss_and_gradient()
        with self.computing():
            found = Evaluation(loss, gradient, *self.prediction_and_residual())
        if present is not None:
            self.restore(present)
        return found

    def loss_and_gradient(self) -> tuple[float, Floats]:
        """The first two numbers of an evaluation; what else a state has beside weights may move."""
        with self.computing():
            self._look()
            self._run_phases(Role.GRADIENT)
            gradient = self.gradient_vector()
            self._run_phases(Role.TIDY)  # nothing may pile up
            self._is_looked = False  # autograd has freed what it was looked at with
            return self.loss_value(), gradient

    def _look(self) -> None:
        """Predict and take the loss at the present weights, unless that is done."""
        if not self._is_looked:
            self._run_phases(Role.LOOK, Role.LOSS)
        self._is_looked = True

    def _run_phases(self, *roles: Role) -> None:
        for phase in self.PHASES:
            if phase.role in roles:
                getattr(self, phase.method)()

    @contextmanager
    def computing(self) -> Iterator[None]:
        """What surrounds every computation: numbers that are not finite are told, not raised."""
        with np.errstate(all="ignore"):
            yield

    @abstractmethod
    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Names and shapes of the arrays as the backend holds them, after an evaluation."""

    def modes(self, eigenvalues: Floats, start: Floats, lr: float) -> Modes | None:
        """What epochs make of distances in exact arithmetic; ``None``: that is not known.

        Args:
            eigenvalues: of the Hessian, largest first, > 0, shape (m,).
            start: the distance to the optimum along each of its directions, shape (m,).
            lr: the learning rate, as the backend multiplies by it.
        """
        return None if self.MODES is None else self.MODES(eigenvalues, start, lr)

    @classmethod
    def sources(cls) -> tuple[PhaseSource, ...]:
        """The code of every phase: what is read here is what runs."""
        return tuple(_source(cls, phase) for phase in cls.PHASES)

    # What the phases have left.

    @abstractmethod
    def loss_value(self) -> float:
        """The loss that was looked at last."""

    @abstractmethod
    def gradient_vector(self) -> Floats:
        """The gradient that was taken last, shape (p,)."""

    @abstractmethod
    def put_gradient(self, gradient: Floats) -> None:
        """Take a gradient, shape (p,), in the run's dtype, as if it had been taken last."""

    @abstractmethod
    def prediction_and_residual(self) -> tuple[Floats, Floats]:
        """Both as they were looked at last, shape (n,) each."""

    @abstractmethod
    def state(self) -> Floats:
        """All that the next epoch depends on, a copy: the weights, then the slots, shape (s,)."""

    @abstractmethod
    def restore(self, state: Floats) -> None:
        """Go to a state, exactly."""


def _source(backend: type[Backend], phase: Phase) -> PhaseSource:
    method = getattr(backend, phase.method)
    lines, line = inspect.getsourcelines(method)
    path = Path(inspect.getfile(method))
    return PhaseSource(
        phase=phase.name,
        role=phase.role,
        formula=phase.formula,
        file=f"{path.parent.name}/{path.name}",
        line=line,
        text=textwrap.dedent("".join(lines)).rstrip(),
    )
