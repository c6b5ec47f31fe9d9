"""Rules of listings."""
