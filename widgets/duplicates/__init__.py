"""The pieces of the duplicates screen."""
