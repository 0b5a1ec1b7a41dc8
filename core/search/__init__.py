"""A query in, ranked and explained hits out."""
