"""The API over the order book, the imports and the exports: parse, one call, render."""
