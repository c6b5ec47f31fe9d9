"""Tables of goods/catalog: columns and constraints."""
