"""The mock servers that ours is measured beside: where they come from, and how each is started for the same task."""
