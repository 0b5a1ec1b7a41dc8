"""The common mistakes of visual search, each measured on arrays: what it costs, and what its cure gives."""
