"""Presets: a TOML file each, whose name is the key. A number in front sets the order."""
