"""The panes of the trainer, one file each."""
