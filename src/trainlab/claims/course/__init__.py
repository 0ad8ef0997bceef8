"""The claims, a file each: `CLAIM` and, where it is a probe, the function that measures it."""
