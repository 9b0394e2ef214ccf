"""What fills the terminal: the trainer, and the pages that open over it."""
