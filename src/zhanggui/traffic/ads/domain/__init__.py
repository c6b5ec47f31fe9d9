"""Rules of the book of adverts."""
