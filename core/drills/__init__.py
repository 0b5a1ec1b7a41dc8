"""Ten drills on a collection, ticked by its records, and common mistakes shown on its pictures."""
