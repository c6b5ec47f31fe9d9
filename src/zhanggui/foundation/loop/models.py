"""Tables of foundation/loop: columns and constraints."""
