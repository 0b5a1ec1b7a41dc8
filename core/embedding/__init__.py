"""Encoders: pictures (and words) in, L2-normalised vectors out."""
