"""Lessons: a TOML file each, whose name is the key."""
