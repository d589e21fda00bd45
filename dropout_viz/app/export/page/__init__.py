"""A range of a run's steps as one page that plays in a browser: its numbers, and the page around them."""
