"""Rules of what is unusual and where it comes from: pure functions over plain numbers."""
