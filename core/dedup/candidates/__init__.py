"""Which pairs are worth comparing closely."""
