"""Showing the window to a room: presentation mode and what belongs to it."""
