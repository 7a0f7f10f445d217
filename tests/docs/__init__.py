"""Tests of what the documents promise."""
