"""A simulated merchant who writes the platforms' own export files, and knows what they must add up to."""
