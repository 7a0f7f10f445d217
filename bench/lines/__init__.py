"""The lines of the benchmark, a module each; ``catalog`` has them in the order of the report."""
