"""Tests of the JavaScript lanes."""
