"""Timings of trainlab against its peers, each with an interval: `make bench`."""
