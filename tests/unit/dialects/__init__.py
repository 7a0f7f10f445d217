"""Unit tests of the dialects: no socket, no thread."""
