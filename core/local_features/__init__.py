"""Keypoints of pictures, their matches, and the geometry that matches agree on."""
