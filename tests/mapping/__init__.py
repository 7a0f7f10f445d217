"""A desk of another shape, verified through mapping files alone."""
