"""Experiments over many runs: a file each, or a folder where there is much to one."""
