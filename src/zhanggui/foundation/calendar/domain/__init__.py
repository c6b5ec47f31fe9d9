"""Calendar rules without clock, file or database."""
