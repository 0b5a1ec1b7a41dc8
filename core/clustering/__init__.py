"""The whole collection at once: clusters and their names, a map, what belongs nowhere, and events."""
