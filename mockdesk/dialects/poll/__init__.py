"""The polling desk (docs/polling-desk.md): no push, a session id that rotates, batches, labels."""
