"""Tags of people: whose card lies on the desk."""
