"""The fault clinic: runs with one hidden fault each, one file a fault, and what is told of them. No Qt."""
