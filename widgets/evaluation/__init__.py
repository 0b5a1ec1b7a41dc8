"""The pieces of the evaluation screen."""
