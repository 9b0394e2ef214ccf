"""The page that opens another problem."""
