"""Pure parts of the server."""
