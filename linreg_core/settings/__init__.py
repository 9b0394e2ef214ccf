"""What may be asked of a run, and what is run: one place for each setting."""
