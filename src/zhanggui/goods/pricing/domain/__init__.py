"""Rules of the price centre."""
