"""One file or one room a view; a view only draws."""
