"""The fault clinic: runs with one hidden fault each, one file a fault, and what is told of them. No Qt."""

LESSON = "clinic"
"""The key of the lesson that it is, and what its runs are opened as."""
TITLE = "Fault clinic"
ABOUT = "Runs with one hidden fault each: find out which, from what the views show."
