"""One file a view; a view only draws."""
