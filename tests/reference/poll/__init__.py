"""Tests of the reference integration with the polling desk."""
