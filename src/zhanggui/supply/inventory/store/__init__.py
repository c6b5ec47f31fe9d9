"""Statements that the ORM cannot say well: the lock, and grouped rows."""
