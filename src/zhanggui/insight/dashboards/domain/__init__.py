"""Which numbers a role looks at."""
