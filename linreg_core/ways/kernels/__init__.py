"""Loops over epochs, compiled by numba. Nothing here is imported before numba is wanted.

    native.py   what numba has no word for: fused multiply-add, calls of a library's functions
    small.py    fewer than eight rows: everything written out
    library.py  any number of rows: products by the library's own functions
    blocks.py  large tables: a pass over some rows, by loops that `linreg_core.ways.large` writes
    sums.py    sums as NumPy and torch take them

Libraries add the terms of a product in an order of their own, which depends on shape, dtype, CPU
and version, and may fuse a product with its addition. So each loop can add in several ways, which
codes tell apart; `linreg_core.ways.compiled` finds out which of them is that of the phases here.
"""
