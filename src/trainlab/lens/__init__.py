"""Looking into networks: what flows through them, forward and backward."""
