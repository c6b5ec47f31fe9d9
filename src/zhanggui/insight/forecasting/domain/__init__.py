"""Rules of forecasting: pure functions over arrays of numbers."""
