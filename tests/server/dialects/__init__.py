"""Dialects over real sockets."""
