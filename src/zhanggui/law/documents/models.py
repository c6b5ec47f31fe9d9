"""Tables of law/documents: columns and constraints."""
