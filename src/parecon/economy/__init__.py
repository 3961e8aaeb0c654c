"""What exists: goods, councils, units and spaces; readers, writers and bundled economies."""
