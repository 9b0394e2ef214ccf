"""The setup of the next run: every setting, what a word stands for, and what it changes."""
