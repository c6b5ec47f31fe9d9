"""Tables of goods/pricing: columns and constraints."""
