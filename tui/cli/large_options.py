"""The options for tables that are not held in memory, and for several processes."""

from __future__ import annotations

from dataclasses import fields

import click

from linreg_core import SAMPLE, LargeOptions
from tui.cli.number_types import Whole

LARGE_OPTIONS = (
    click.option(
        "--memory",
        metavar="SIZE",
        help="Train by blocks of rows within so much memory, such as 800M [a table of several "
        "files or beyond 1 GiB: by blocks; any other: in memory].",
    ),
    click.option(
        "--block-rows",
        type=Whole(),
        metavar="N",
        help="Rows of a block; other blocks round otherwise [8 MiB of them].",
    ),
    click.option(
        "--reduce",
        type=click.Choice(["blocks", "gram"]),
        default="blocks",
        show_default=True,
        help="What an epoch goes over: all rows, or their sums of squares and products, which "
        "takes microseconds: the same path but for rounding.",
    ),
    click.option(
        "--cache", metavar="FOLDER", help="Where the blocks are written [your cache folder]."
    ),
    click.option(
        "--keep-cache", is_flag=True, help="Leave the blocks there for the next run of this table."
    ),
    click.option(
        "--sample",
        type=Whole(),
        metavar="N",
        help="Take N rows of all files, drawn at random [on screen, of a table in blocks: "
        f"{SAMPLE:,}].",
    ),
    click.option(
        "--sample-seed", type=Whole(), default=0, show_default=True, help="For that draw."
    ),
)

LARGE = {field.name: field.name for field in fields(LargeOptions)}
"""Which option says which field of `LargeOptions`."""

NPROC = click.option(
    "--nproc",
    type=Whole(),
    metavar="K",
    help="Train by blocks with K processes, to the bits of one; across machines: torchrun ... -m "
    "tui train.",
)
