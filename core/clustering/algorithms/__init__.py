"""Who belongs together: k-means, HDBSCAN and agglomerative clustering, and how many clusters there are."""
