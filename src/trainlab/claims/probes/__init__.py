"""What claims measure besides comparisons: a probe looks into populations, and trains none itself.

A probe is a frozen dataclass: its fields are what a claim declares (arms, rates, sizes), and called
with an `Ask` it gives a `Found`. One module for each mechanism, named after it.

populations   networks at their start, and followed while they train
entering      what enters the layers
paths         ways over test surfaces
splits        pairs that each have a split of their own
"""
