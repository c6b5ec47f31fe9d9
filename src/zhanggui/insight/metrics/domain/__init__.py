"""Rules of the metric store: pure functions over facts."""
