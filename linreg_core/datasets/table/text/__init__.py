"""Tables of delimited text: from bytes to cells."""
