"""What the desk can be told on a command line."""
