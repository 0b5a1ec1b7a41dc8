"""Labels of pairs: active learning, verdicts, and their CSV."""
