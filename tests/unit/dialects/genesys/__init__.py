"""The Genesys guest web chat."""
