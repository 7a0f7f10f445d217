"""What can be wrong with a store. Each message is one line that names the file and says what to do."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used."""
