"""How often comparisons are wrong, counted on real trainings: make calibrate."""
