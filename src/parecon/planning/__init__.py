"""A year's plan: councils propose, the board revises prices."""
