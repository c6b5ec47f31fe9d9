"""Rules of the stock ledger, of reservations, counts and channel offers. Pure."""
