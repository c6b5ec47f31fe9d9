"""Rules of buying: lot sizes, stock under uncertainty, replenishment, suppliers."""
