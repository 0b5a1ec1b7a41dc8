"""Safe decoding, EXIF, thumbnails and the generated sample catalogue."""
