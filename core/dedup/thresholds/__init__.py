"""Thresholds: their effects, their expected costs, and precision guarantees."""
