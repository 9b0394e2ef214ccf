"""Ways to run many epochs of a backend: faster ones, each held to the phases, bit for bit.

way.py            what a way is; the phases, which are the reference
numpy_direct.py   NumPy's own calls, on arrays made once
torch_direct.py   the operations of autograd, without a graph
compiled.py       loops compiled by numba, chosen by trial from the few that there are
  bound.py          a backend's numbers as these loops take them
  libraries.py      where the products are that NumPy and torch call
  kernels/          the loops
  loading.py        numba, imported and compiling in a thread
large/             large tables: the order of addition is found out, and loops written in it
candidates.py     which of these there are for a backend
proof.py          holds a way to the phases
guard.py          still holds it to them while it runs
runner.py         changes over to what is proved
"""
