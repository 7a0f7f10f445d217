"""Tests of the integration for the browser."""
