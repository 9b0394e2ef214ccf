"""Linear regression by gradient descent, three ways, one epoch at a time.

    >>> from linreg_core import TrainConfig, Trainer, load_problem
    >>> trainer = Trainer(load_problem("article"), TrainConfig(backend="numpy"))
    >>> trainer.run(1_000_000)
    1000000
    >>> trainer.snapshot().raw_weights.round(8)
    array([10.00000008, 19.99999994])

The names below are imported when they are first used: asking for a backend's name costs neither
NumPy's import nor torch's.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linreg_core.backends import BACKENDS as BACKENDS
    from linreg_core.backends import BackendInfo as BackendInfo
    from linreg_core.backends.phases import Role as Role
    from linreg_core.comparison import Compared as Compared
    from linreg_core.comparison import Comparison as Comparison
    from linreg_core.comparison import Side as Side
    from linreg_core.config import DTYPES as DTYPES
    from linreg_core.config import TrainConfig as TrainConfig
    from linreg_core.config import check_device_name as check_device_name
    from linreg_core.config import parse_init as parse_init
    from linreg_core.config import parse_lr as parse_lr
    from linreg_core.config import parse_number as parse_number
    from linreg_core.config import parse_seed as parse_seed
    from linreg_core.config import parse_whole as parse_whole
    from linreg_core.datasets import BUILTINS as BUILTINS
    from linreg_core.datasets import STANDARD_INPUT as STANDARD_INPUT
    from linreg_core.datasets import BuiltinInfo as BuiltinInfo
    from linreg_core.datasets import MadeOptions as MadeOptions
    from linreg_core.datasets import Split as Split
    from linreg_core.datasets import TableOptions as TableOptions
    from linreg_core.datasets import load_problem as load_problem
    from linreg_core.datasets import parse_made as parse_made
    from linreg_core.datasets import parse_split as parse_split
    from linreg_core.datasets import table_head as table_head
    from linreg_core.datasets.head import TableHead as TableHead
    from linreg_core.errors import ExpressionError as ExpressionError
    from linreg_core.errors import LinregError as LinregError
    from linreg_core.fit import Fit as Fit
    from linreg_core.heldout import HeldOutFit as HeldOutFit
    from linreg_core.memory import fit_threads as fit_threads
    from linreg_core.memory import is_shortage as is_shortage
    from linreg_core.memory import refusing_shortage as refusing_shortage
    from linreg_core.memory import share_one_arena as share_one_arena
    from linreg_core.memory import tells_shortage as tells_shortage
    from linreg_core.metrics import Metrics as Metrics
    from linreg_core.output.explanation import Explanation as Explanation
    from linreg_core.output.export import EXPORT_SUFFIXES as EXPORT_SUFFIXES
    from linreg_core.output.export import Export as Export
    from linreg_core.output.export import ExportKind as ExportKind
    from linreg_core.output.export import check_exports as check_exports
    from linreg_core.output.export import parse_epochs as parse_epochs
    from linreg_core.output.export import write_export as write_export
    from linreg_core.output.files import write_whole as write_whole
    from linreg_core.output.recipe import MOST_EPOCHS as MOST_EPOCHS
    from linreg_core.output.recipe import Recipe as Recipe
    from linreg_core.output.recipe import read_recipe as read_recipe
    from linreg_core.output.result import Result as Result
    from linreg_core.problem import Problem as Problem
    from linreg_core.settings import Settings as Settings
    from linreg_core.snapshot import RunInfo as RunInfo
    from linreg_core.snapshot import Snapshot as Snapshot
    from linreg_core.stages import Tell as Tell
    from linreg_core.summary import Summary as Summary
    from linreg_core.theory.dependence import Dependence as Dependence
    from linreg_core.theory.landscape import Axes as Axes
    from linreg_core.theory.landscape import Landscape as Landscape
    from linreg_core.theory.spectrum import condition_number as condition_number
    from linreg_core.theory.told import Forecast as Forecast
    from linreg_core.theory.told import Theory as Theory
    from linreg_core.timeline.breakpoints import Breakpoint as Breakpoint
    from linreg_core.timeline.breakpoints import parse_breakpoints as parse_breakpoints
    from linreg_core.timeline.checkpoint import Checkpoint as Checkpoint
    from linreg_core.timeline.checkpoint import Memory as Memory
    from linreg_core.timeline.checkpoint import Status as Status
    from linreg_core.timeline.curve import Bucket as Bucket
    from linreg_core.timeline.curve import Curve as Curve
    from linreg_core.trainer import Trainer as Trainer
    from linreg_core.wording import brief as brief
    from linreg_core.wording import visible as visible
    from linreg_core.worksheet import Worksheet as Worksheet

_HOMES = {
    "backends": ("BACKENDS", "BackendInfo"),
    "backends.phases": ("Role",),
    "comparison": ("Compared", "Comparison", "Side"),
    "config": (
        "DTYPES",
        "TrainConfig",
        "check_device_name",
        "parse_init",
        "parse_lr",
        "parse_number",
        "parse_seed",
        "parse_whole",
    ),
    "datasets": (
        "BUILTINS",
        "STANDARD_INPUT",
        "BuiltinInfo",
        "MadeOptions",
        "Split",
        "TableOptions",
        "load_problem",
        "parse_made",
        "parse_split",
        "table_head",
    ),
    "datasets.head": ("TableHead",),
    "errors": ("ExpressionError", "LinregError"),
    "fit": ("Fit",),
    "heldout": ("HeldOutFit",),
    "memory": (
        "fit_threads",
        "is_shortage",
        "refusing_shortage",
        "share_one_arena",
        "tells_shortage",
    ),
    "metrics": ("Metrics",),
    "output.explanation": ("Explanation",),
    "output.export": (
        "EXPORT_SUFFIXES",
        "Export",
        "ExportKind",
        "check_exports",
        "parse_epochs",
        "write_export",
    ),
    "output.files": ("write_whole",),
    "output.recipe": ("MOST_EPOCHS", "Recipe", "read_recipe"),
    "output.result": ("Result",),
    "problem": ("Problem",),
    "settings": ("Settings",),
    "snapshot": ("RunInfo", "Snapshot"),
    "stages": ("Tell",),
    "summary": ("Summary",),
    "theory.dependence": ("Dependence",),
    "theory.landscape": ("Axes", "Landscape"),
    "theory.spectrum": ("condition_number",),
    "theory.told": ("Forecast", "Theory"),
    "timeline.breakpoints": ("Breakpoint", "parse_breakpoints"),
    "timeline.checkpoint": ("Checkpoint", "Memory", "Status"),
    "timeline.curve": ("Bucket", "Curve"),
    "trainer": ("Trainer",),
    "wording": ("brief", "visible"),
    "worksheet": ("Worksheet",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
