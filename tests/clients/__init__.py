"""The vendors' own clients, unmodified, against a mock that was started as a user would."""
