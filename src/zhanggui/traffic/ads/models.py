"""Tables of traffic/ads: columns and constraints."""
