"""What a run looks like: frozen values of NumPy and Python, never a tensor."""
