"""Rules of the product library."""
