"""The adapters of a collection and the spaces derived by them."""
