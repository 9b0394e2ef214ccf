"""What the speed goals are measured by; as in the program, this comes before NumPy."""

from linreg_core.memory import fit_threads

fit_threads()
