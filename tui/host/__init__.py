"""The user's machine: the terminal, signals, the environment, files and folders of their own."""
