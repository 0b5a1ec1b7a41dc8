"""Candidate pairs for close comparison."""
