"""Linear algebra of a run: factors, spectrum, least squares and its error, dependence."""
