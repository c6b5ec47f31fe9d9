"""The order hub: one list over every channel, one page per order that joins what four rooms know of it."""
