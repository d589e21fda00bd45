"""A run as a script: NumPy, the post's own form, PyTorch."""
