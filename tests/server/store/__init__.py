"""The durable store of a server: what is refused, what waits, what comes back, and crashes."""
