"""The map on the clusters screen: its colours, what is chosen on it, and what it exports."""
