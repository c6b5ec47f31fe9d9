"""Rules of the settlement book."""
