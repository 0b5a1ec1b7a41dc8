"""From the evidence in a pair to a probability, and learning that from labels."""
