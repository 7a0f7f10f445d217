"""Genesys Cloud guest web chat (docs/genesys.md): guest API, event stream, and what a middleware asks the platform."""
