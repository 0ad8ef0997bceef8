"""trainlab: a laboratory for training neural networks."""
