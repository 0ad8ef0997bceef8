"""What networks are made of: activations, norms, initialisers, random layers, networks."""
