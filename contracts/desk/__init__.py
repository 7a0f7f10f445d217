"""Checks of a desk's own API against openapi.yaml."""
