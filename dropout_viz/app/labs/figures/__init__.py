"""The painters of the labs' figures."""
