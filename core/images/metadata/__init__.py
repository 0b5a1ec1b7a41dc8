"""What picture files say beside their pixels: EXIF, capture time, position."""
