"""Tests of the integration with the Genesys guest web chat."""
