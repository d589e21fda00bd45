"""The network: activations, losses, dropout, optimisers, forward and backward. NumPy only."""
