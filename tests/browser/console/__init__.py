"""The agent console in a browser."""
