"""From a file to the ledgers: read, check, write in one transaction, account for every row."""
