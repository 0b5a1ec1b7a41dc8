"""The stages of a report, one module each."""
