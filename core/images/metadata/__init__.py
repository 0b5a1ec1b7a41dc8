"""Metadata of picture files: EXIF, capture time, position."""
