"""What claims measure besides comparisons: probes, one module for each mechanism, named after it.

A probe is a frozen dataclass: its fields are what a claim declares (arms, rates, sizes), and called
with an `Ask` it gives a `Found`. It says what it measures and by which name: `arm, moved`.

What probes are made of:

    populations      networks as they begin, and populations followed while they train
    entering         the activations that enter a layer
    paths            ways over test surfaces
    grids            every arm at each place of an axis; a measure itself
    splits           pairs with splits of their own, around any measure

What they look at:

    inputs, layers   bowls, conditioning, depth, normalising
    units, weights   dead, symmetry, signs, ways
    gradients        clipping, gradient_noise
    rules            fading, saddles, step_sizes, switching, valleys
    a training       batch_scaling, evaluations, forgiving, lost_runs
    its end          ends, fitting, gains, unseen

What recipes name: planted (a network with a bug), random_labels.
"""
