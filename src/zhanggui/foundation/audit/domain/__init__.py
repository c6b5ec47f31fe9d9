"""The hash chain, without a database."""
