"""Rules of the loop: state tables, merging, policy, clocks, statistics. Pure."""
