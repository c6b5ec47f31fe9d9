"""Pure types shared by every room. Standard library only."""
