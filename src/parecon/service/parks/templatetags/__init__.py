"""Tags of the templates of parks."""
