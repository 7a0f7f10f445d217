"""Shapes of desk APIs, pure: requests to the core's commands, the core's values to answers and frames."""
