"""Named programs, one module a group of requirements."""
