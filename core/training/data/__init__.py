"""What a run learns from: signals, splits and altered copies."""
