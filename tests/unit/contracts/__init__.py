"""Tests of the suite's own parts."""
