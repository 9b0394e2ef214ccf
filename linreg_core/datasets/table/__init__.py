"""Tables that people have: which columns, which rows, what is refused on the way."""
