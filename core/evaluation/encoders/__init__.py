"""Comparing encoders on one's own pictures."""
