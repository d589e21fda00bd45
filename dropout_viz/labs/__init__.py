"""Experiments over many runs, one file each."""
