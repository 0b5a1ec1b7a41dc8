"""The evidence in a pair of pictures."""
