"""The statistics of paired comparisons: pure functions of scores."""
