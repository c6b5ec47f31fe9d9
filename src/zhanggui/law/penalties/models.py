"""Tables of law/penalties: columns and constraints."""
