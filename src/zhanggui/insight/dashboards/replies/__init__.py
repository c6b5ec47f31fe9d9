"""What the pages of numbers show: answers of the metric store in words, tables and charts."""
