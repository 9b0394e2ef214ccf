"""The runs of the session: a table, two of them side by side, and back to one."""
