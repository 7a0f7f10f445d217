"""Canaries: credentials and words that are unlike anything else, and the places where they may not be found."""
