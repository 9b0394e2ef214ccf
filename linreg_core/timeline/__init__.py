"""The epochs of a run: forward, back, what is kept of them, and where they stop."""
