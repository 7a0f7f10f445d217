"""Inputs that a careless or hostile client may send, made from a seed, and what a server must do with every one."""
