"""The pieces of the search screen."""
