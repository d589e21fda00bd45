"""The labs' panel, and their command."""
