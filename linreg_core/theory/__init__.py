"""What is known of a run without running it. NumPy only, nothing measured."""
