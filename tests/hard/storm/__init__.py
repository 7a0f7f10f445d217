"""A storm of faults, and clients that must come through it with every event shown once and in order."""
