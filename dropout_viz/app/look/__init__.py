"""How large and in which colours all is drawn: theme and zoom."""
