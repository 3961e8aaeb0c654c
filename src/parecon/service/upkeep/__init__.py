"""Upkeep: copies of the books that can be trusted because they were opened and read, and moving house with them."""
