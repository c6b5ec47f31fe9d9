"""Rules of the desk: pure functions over what the rooms tell."""
