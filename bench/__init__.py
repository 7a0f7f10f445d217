"""Benchmarks: run by hand, never as tests. Each prints its figures with its own command."""
