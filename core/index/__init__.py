"""Nearest-neighbour indexes over vectors and ids; they know nothing of collections."""
