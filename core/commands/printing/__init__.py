"""Results in the command line's output: text lines and JSON objects."""
