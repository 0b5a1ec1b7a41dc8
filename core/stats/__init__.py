"""Intervals, paired tests, confidence sequences and calibration: arrays in, small results out."""
