"""Pages: the door, the own account, people, shops, settings, audit log."""
