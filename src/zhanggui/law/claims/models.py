"""Tables of law/claims: columns and constraints."""
