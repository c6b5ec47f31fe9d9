"""Rules of the lake: how months are told and named."""
