"""From any bytes to an upright RGB picture, within a budget of memory and time."""
