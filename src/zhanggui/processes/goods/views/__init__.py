"""Pages of goods, listings and prices."""
