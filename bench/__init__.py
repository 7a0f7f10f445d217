"""Benchmarks: run by hand with ``./dev bench``, never as tests. docs/benchmarks.md says how each line is measured."""
