"""What the window reads and writes: runs, recent ones, what a killed program has left."""
