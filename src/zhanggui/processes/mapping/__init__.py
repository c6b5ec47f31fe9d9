"""A person says which column is which: any table becomes a layout."""
