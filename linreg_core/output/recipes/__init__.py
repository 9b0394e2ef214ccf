"""Recipes: what a run is, read and written, run again, and two of them side by side."""
