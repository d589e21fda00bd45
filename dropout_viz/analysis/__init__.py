"""Pure functions of (network, data): error landscapes and summaries."""
