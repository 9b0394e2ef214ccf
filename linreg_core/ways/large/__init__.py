"""Epochs of large tables: one pass over the table, by several threads, in the library's own order.

products.py  the products and sums of an epoch, as the library takes them
orders.py    finds out in which order it adds, from numbers that cancel
loops.py     writes loops in that order, which numba compiles
blocks.py    the way: shares the rows among threads, and puts together what they found
"""
