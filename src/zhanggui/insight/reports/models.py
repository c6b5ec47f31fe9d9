"""Tables of insight/reports: columns and constraints."""
