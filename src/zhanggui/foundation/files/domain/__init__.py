"""The form of a stored file and of a backup. Pure Python."""
