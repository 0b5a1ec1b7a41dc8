"""Encoders compared: quality, speed and which are worth having."""
