"""Rules of the order book: how far a line has come, what an order owes, which observation wins."""
