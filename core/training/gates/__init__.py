"""The paired comparisons that decide whether an adapter is offered."""
