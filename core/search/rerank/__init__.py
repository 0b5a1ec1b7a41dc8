"""The re-rankers, one per file; `core.search.rerankers` lists them."""
