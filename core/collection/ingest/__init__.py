"""Ingest, from files to committed pictures: sources, filters, labels, the plan of an addition, and its
commit.
"""
