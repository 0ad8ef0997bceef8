"""Checks with a verdict: whether what training relies on is true of a network."""
