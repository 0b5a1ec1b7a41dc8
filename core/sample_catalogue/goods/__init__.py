"""What the sample catalogue sells, drawn."""
