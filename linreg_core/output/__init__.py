"""What leaves the program: results as JSON, runs as scripts, recipes and tables, files."""
