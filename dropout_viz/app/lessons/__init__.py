"""Lessons, in the window."""
