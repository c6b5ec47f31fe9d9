"""Rules of the refund book."""
