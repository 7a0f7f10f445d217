"""The requirements, one module a group; each is a pure function of a trace."""
