"""The pieces of the collection screen."""
