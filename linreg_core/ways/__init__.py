"""Ways to run many epochs of a backend: faster ones, each held to the phases, bit for bit.

way.py            what a way is; the phases, which are the reference
numpy_direct.py   NumPy's own calls, on arrays made once
torch_direct.py   the operations of autograd, without a graph
compiled.py       loops compiled by numba, chosen by trial from the few in kernels.py
proof.py          holds a way to the phases
runner.py         chooses, changes over, and keeps an eye on what runs
"""
