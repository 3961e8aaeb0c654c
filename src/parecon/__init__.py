"""parecon runs a participatory economy: it simulates one before people live in it."""
