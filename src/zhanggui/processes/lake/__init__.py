"""When the lake is brought up to the ledgers: after imports, and whenever something waits."""
