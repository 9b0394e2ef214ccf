"""The problems that come with the program."""
