"""The commands without a screen, and what each does."""
