"""Requests that schemathesis makes of an API's document."""
