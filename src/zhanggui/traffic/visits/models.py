"""Tables of traffic/visits: columns and constraints."""
