"""Commands of people at the machine."""
