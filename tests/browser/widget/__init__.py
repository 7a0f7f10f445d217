"""The web chat on the page of the mock."""
