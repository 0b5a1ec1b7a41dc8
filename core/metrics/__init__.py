"""Retrieval metrics over arrays: precision@k, average precision and their means."""
