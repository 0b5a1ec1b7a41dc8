"""Fitting an adapter: batches, negatives, losses, maps and the share of the new embedding."""
