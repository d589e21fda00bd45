"""Inputs as pictures: colours, maps and the panel that shows them."""
