"""The pieces of the index screen."""
