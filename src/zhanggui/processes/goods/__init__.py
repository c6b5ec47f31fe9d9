"""Goods over several rooms: articles of orders, checking and publishing listings, prices, and their pages."""
