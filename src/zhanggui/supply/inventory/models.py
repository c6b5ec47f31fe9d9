"""Tables of supply/inventory: columns and constraints."""
