"""Labelling pairs: which one next, the verdicts, and their CSV."""
