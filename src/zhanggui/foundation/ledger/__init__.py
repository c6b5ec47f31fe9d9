"""Ledgers of daily figures: rows known by a key of their own words, joined column by column, newest word wins."""
