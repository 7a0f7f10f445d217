"""Tests of reports in the programs that read them."""
