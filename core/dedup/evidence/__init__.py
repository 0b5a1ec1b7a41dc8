"""What is seen in one pair of pictures."""
