"""The score: from the evidence in a pair to a probability, and training on labels."""
