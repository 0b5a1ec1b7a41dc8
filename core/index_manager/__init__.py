"""The index that serves a space: chosen by measurement, kept in step, checked."""
