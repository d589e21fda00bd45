"""A monkey at the real window: what it does is drawn from a seed, and everything that goes wrong is written down."""
