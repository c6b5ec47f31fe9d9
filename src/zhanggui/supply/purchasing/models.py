"""Tables of supply/purchasing: columns and constraints."""
