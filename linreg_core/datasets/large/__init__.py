"""Tables larger than memory: read once, kept as blocks of rows, and known by their moments."""
