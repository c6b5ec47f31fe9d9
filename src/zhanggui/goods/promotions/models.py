"""Tables of goods/promotions: columns and constraints."""
