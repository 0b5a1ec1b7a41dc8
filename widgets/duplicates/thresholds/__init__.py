"""Thresholds on the duplicates screen: what they find, cost and guarantee, and the learned score."""
