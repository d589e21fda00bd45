"""A run: its config, the Trainer, what it remembers (History), and the thread that drives it (Runner)."""
