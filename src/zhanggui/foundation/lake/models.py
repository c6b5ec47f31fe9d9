"""Tables of foundation/lake: columns and constraints."""
