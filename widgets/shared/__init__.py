"""Pieces of screens that several of them use."""
