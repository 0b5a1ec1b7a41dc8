"""How good a ranking or a set of pairs is, how sure that is, and whether a difference is real.

    rankings = judge_by_label(ids, query_labels, gallery_ids, gallery_labels)
    ndcg = metric("ndcg@10")(rankings)          # one value a query
    ndcg.mean, ndcg.skipped, bootstrap_mean(ndcg.kept)

Arrays and ids only: nothing here knows pictures, encoders or collections.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
