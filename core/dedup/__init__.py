"""Near-duplicates: which pairs of pictures are copies, why, and how sure that is."""
