"""Pages of other origins in a real browser."""
