"""Adapters on stdio for the tests of that lane."""
