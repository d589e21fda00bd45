"""Tables of one's own: what a file says, what its columns are, and how examples are made of them."""
