"""Tables of firm/team: columns and constraints."""
