"""Small helpers of ./dev; not shipped."""
