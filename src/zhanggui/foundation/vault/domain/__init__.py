"""Masking and the form of sealed values. Pure Python."""
