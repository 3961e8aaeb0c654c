"""Commands of an operator, one a file."""
