"""Pictures, films and code of a run: what draws them, and what writes them."""
