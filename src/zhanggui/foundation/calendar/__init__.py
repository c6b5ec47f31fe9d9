"""Dates of trade: festivals and campaigns, working days, service hours and deadlines."""
