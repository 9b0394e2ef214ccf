"""The command line: what its options ask for, and the commands without a screen."""
