"""Tests of the pytest plugins, each in a pytest run of its own."""
