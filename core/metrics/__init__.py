"""Ranking metrics, per query and on average.

    rankings = judge_by_label(ids, query_labels, gallery_ids, gallery_labels)
    ndcg = metric("ndcg@10")(rankings)          # one value per query
    ndcg.mean, ndcg.skipped, bootstrap_mean(ndcg.kept)

Works on arrays and ids only, without pictures, encoders or collections.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
