"""Kinds of index, one per file; `core.index.families.registry` lists them."""
