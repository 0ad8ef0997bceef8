"""Running it: populations, the step, the only training loop in the package."""
