"""Tests of agent scripts: what they mean, how they are played, and what is said about mistakes in them."""
