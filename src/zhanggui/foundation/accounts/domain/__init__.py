"""Rules of who may do what. Pure Python."""
