"""Frames in and out of the database: room-neutral, the refund and settlement books use it too."""
