"""Where problems come from: the built-in ones, and table files."""
