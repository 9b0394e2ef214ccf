"""Help: what to try, what the panes show, what the words mean, what the keys do."""
