"""Names for clusters: from labels and captions where there are any, and from the words the encoder knows."""
