"""Thresholds: what they find, what they cost, and what can be guaranteed of them."""
