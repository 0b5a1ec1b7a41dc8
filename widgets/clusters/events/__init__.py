"""Events on the clusters screen: a time line, a card each, and how they are found."""
