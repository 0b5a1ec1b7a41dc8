"""Texts in the space of the pictures: sentence vectors, class prototypes, colours, unknown words."""
