"""The public names of the core, and where each of them is at home; imported when asked for."""

from .backends.modes import Modes as Modes
from .backends.phases import Role as Role
from .branches import BranchTrainer as BranchTrainer
from .comparison import (
    Compared as Compared,
)
from .comparison import (
    Comparison as Comparison,
)
from .comparison import (
    Side as Side,
)
from .datasets.builtin.catalogue import (
    BUILTINS as BUILTINS,
)
from .datasets.builtin.catalogue import (
    BuiltinInfo as BuiltinInfo,
)
from .datasets.large.options import (
    SAMPLE as SAMPLE,
)
from .datasets.large.options import (
    LargeOptions as LargeOptions,
)
from .datasets.large.options import (
    format_bytes as format_bytes,
)
from .datasets.large.options import (
    parse_bytes as parse_bytes,
)
from .datasets.large.table import (
    LargeTable as LargeTable,
)
from .datasets.options import (
    STANDARD_INPUT as STANDARD_INPUT,
)
from .datasets.options import (
    MadeOptions as MadeOptions,
)
from .datasets.options import (
    Split as Split,
)
from .datasets.options import (
    TableOptions as TableOptions,
)
from .datasets.options import (
    parse_made as parse_made,
)
from .datasets.options import (
    parse_split as parse_split,
)
from .datasets.preview import table_head as table_head
from .datasets.request import (
    DataRequest as DataRequest,
)
from .datasets.request import (
    load_problem as load_problem,
)
from .datasets.table.table_head import TableHead as TableHead
from .errors import (
    ExpressionError as ExpressionError,
)
from .errors import (
    LinregError as LinregError,
)
from .memory import (
    fit_threads as fit_threads,
)
from .memory import (
    is_shortage as is_shortage,
)
from .memory import (
    mentions_shortage as mentions_shortage,
)
from .memory import (
    refusing_shortage as refusing_shortage,
)
from .memory import (
    share_one_arena as share_one_arena,
)
from .output.checkpoint_file import (
    StoredRun as StoredRun,
)
from .output.checkpoint_file import (
    read_checkpoint as read_checkpoint,
)
from .output.checkpoint_file import (
    write_checkpoint as write_checkpoint,
)
from .output.explanation import Explanation as Explanation
from .output.export import (
    EXPORT_SUFFIXES as EXPORT_SUFFIXES,
)
from .output.export import (
    Export as Export,
)
from .output.export import (
    ExportKind as ExportKind,
)
from .output.export import (
    check_exports as check_exports,
)
from .output.export import (
    parse_epochs as parse_epochs,
)
from .output.export import (
    rehearse_export as rehearse_export,
)
from .output.export import (
    write_export as write_export,
)
from .output.files import (
    check_writable as check_writable,
)
from .output.files import (
    write_whole as write_whole,
)
from .output.recipes.edit import Edit as Edit
from .output.recipes.pair import (
    Pair as Pair,
)
from .output.recipes.pair import (
    Paired as Paired,
)
from .output.recipes.pair import (
    PairSide as PairSide,
)
from .output.recipes.recipe import (
    MOST_EPOCHS as MOST_EPOCHS,
)
from .output.recipes.recipe import (
    Recipe as Recipe,
)
from .output.recipes.recipe import (
    edit_section as edit_section,
)
from .output.recipes.recipe import (
    read_edit as read_edit,
)
from .output.recipes.recipe import (
    read_recipe as read_recipe,
)
from .output.recipes.recipe import (
    recipe_of as recipe_of,
)
from .output.recipes.repetition import (
    Repetition as Repetition,
)
from .output.recipes.repetition import (
    edited as edited,
)
from .output.result import Result as Result
from .precision import digits_of as digits_of
from .problem import Note as Note
from .problem import Problem as Problem
from .processes.group import (
    Ranks as Ranks,
)
from .processes.group import (
    ranks as ranks,
)
from .processes.launch import (
    end_with_launcher as end_with_launcher,
)
from .processes.launch import (
    is_launched as is_launched,
)
from .processes.launch import (
    launch as launch,
)
from .resolve import (
    Prospect as Prospect,
)
from .resolve import (
    analyse as analyse,
)
from .resolve import (
    work_before as work_before,
)
from .safe_text import (
    brief as brief,
)
from .safe_text import (
    quoted as quoted,
)
from .safe_text import (
    visible as visible,
)
from .settings.catalogue import (
    BACKENDS as BACKENDS,
)
from .settings.catalogue import (
    DTYPES as DTYPES,
)
from .settings.catalogue import (
    BackendInfo as BackendInfo,
)
from .settings.config import TrainConfig as TrainConfig
from .settings.parsing import (
    parse_number as parse_number,
)
from .settings.parsing import (
    parse_whole as parse_whole,
)
from .settings.settings import Settings as Settings
from .settings.table import (
    SETTINGS as SETTINGS,
)
from .settings.table import (
    Setting as Setting,
)
from .stages import (
    OnProgress as OnProgress,
)
from .stages import (
    ignore_progress as ignore_progress,
)
from .theory.algebra.dependence import Dependence as Dependence
from .theory.algebra.spectrum import long_work as long_work
from .theory.landscape import (
    Axes as Axes,
)
from .theory.landscape import (
    Landscape as Landscape,
)
from .theory.standstill import (
    Held as Held,
)
from .theory.standstill import (
    Left as Left,
)
from .theory.standstill import (
    Trust as Trust,
)
from .theory.theory import (
    Forecast as Forecast,
)
from .theory.theory import (
    Theory as Theory,
)
from .timeline.breakpoints import (
    Breakpoint as Breakpoint,
)
from .timeline.breakpoints import (
    parse_breakpoints as parse_breakpoints,
)
from .timeline.checkpoint import (
    Checkpoint as Checkpoint,
)
from .timeline.checkpoint import (
    Memory as Memory,
)
from .timeline.checkpoint import (
    Status as Status,
)
from .timeline.curve import (
    Bucket as Bucket,
)
from .timeline.curve import (
    Curve as Curve,
)
from .timeline.not_finite import (
    Failure as Failure,
)
from .timeline.not_finite import (
    Kind as Kind,
)
from .trainer import Trainer as Trainer
from .views.fit import Fit as Fit
from .views.held_out import HeldOutFit as HeldOutFit
from .views.metrics import Metrics as Metrics
from .views.snapshot import (
    RunInfo as RunInfo,
)
from .views.snapshot import (
    Snapshot as Snapshot,
)
from .views.summary import Summary as Summary
from .views.verdict import Verdict as Verdict
from .views.whole import Whole as Whole
from .views.worksheet import Worksheet as Worksheet
