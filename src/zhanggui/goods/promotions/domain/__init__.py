"""Rules of promotions: configuration, exact pricing, exact refunds. Pure."""
