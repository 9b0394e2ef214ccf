"""Where problems come from: the built-in ones, and table files."""

from linreg_core.datasets.builtin.catalogue import BUILTINS, BuiltinInfo
from linreg_core.datasets.options import (
    STANDARD_INPUT,
    MadeOptions,
    Split,
    TableOptions,
    parse_made,
    parse_split,
)
from linreg_core.datasets.preview import table_head
from linreg_core.datasets.request import DataRequest, load_problem

__all__ = [
    "BUILTINS",
    "STANDARD_INPUT",
    "BuiltinInfo",
    "DataRequest",
    "MadeOptions",
    "Split",
    "TableOptions",
    "load_problem",
    "parse_made",
    "parse_split",
    "table_head",
]
