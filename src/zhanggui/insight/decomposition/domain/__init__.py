"""Rules of taking a change apart: pure functions over exact numbers."""
