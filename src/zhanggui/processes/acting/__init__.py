"""What can be done about findings, over the rooms that own the things: actions of the loop."""
