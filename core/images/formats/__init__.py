"""What is particular to each picture format, and how a format is recognised."""
