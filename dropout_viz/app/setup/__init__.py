"""The form of a run's settings: one editor for each kind."""
