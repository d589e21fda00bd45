"""The panels of the window, and where they stand."""
