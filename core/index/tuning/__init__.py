"""Which index to build, and what to search it with: measured on one's own vectors, with a proof."""
