"""Compare: is one recipe better than another, by how much, and how sure that is."""
