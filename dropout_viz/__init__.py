"""dropout-viz: train a small network with dropout and watch every thinned sub-network it really used."""

__version__ = "0.1.0"
