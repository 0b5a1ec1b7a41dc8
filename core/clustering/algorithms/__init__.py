"""Clustering algorithms: k-means, HDBSCAN and agglomerative clustering, and the choice of k."""
