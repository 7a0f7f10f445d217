"""Seeded defects, one module a group of requirements."""
