"""Tables of goods/listings: columns and constraints."""
