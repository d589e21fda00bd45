"""The dialog that asks what is to be made of a table."""
