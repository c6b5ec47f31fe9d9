"""The page of traffic: where visitors come from, what adverts cost, over the two books of traffic."""
