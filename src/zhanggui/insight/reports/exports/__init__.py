"""A report as people read it: words, page, Markdown, sheets, PDF."""
