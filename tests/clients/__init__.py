"""Vendors' own clients, unmodified, against the mock."""
