"""Mapping files: a desk of any shape described as data, so that it can be verified without code.

docs/map-your-api.md teaches the format; ``mapping.schema.json`` is its schema.
"""
