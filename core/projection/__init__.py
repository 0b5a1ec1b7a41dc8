"""A map of the collection: every picture a point in the plane, those that look alike close together."""
