"""Rankings of a whole gallery, exact and re-ranked, and who takes part in them."""
