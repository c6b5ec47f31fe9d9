"""What a draft campaign would have cost: real baskets of a past period, priced again under it."""
