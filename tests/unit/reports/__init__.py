"""Tests of the reports on verifications made by hand."""
