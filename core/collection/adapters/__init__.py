"""The adapters of a collection and the spaces that are derived by them."""
