"""The runs of a sitting: what is known of each, and how another one begins."""
