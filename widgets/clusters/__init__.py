"""The pieces of the clusters screen."""
