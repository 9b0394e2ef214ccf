"""The terminal: the command line, the step-through trainer, and the engine behind its screen."""
