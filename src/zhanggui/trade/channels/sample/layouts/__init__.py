"""One module per platform: its column lists, status texts, number forms and quirks."""
