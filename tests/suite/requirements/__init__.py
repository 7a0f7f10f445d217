"""Each requirement on traces made by hand: one that holds, one that is broken, one that does not exercise it."""
