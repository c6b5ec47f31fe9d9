"""One small class per kind of promotion; ``registry`` lists them."""
