"""Tuning: the choice of an index and its search parameters, measured on the collection's own vectors and
certified.
"""
