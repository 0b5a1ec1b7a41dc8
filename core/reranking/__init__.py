"""A second look at the top candidates; it knows pictures, vectors and arrays, never collections."""
