"""Rules of the book of visits."""
