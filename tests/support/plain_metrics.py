"""Every retrieval metric once more, one query at a time, in the plainest words: to compare with."""

import itertools
import math


def precision(gains, k):
    return sum(gain > 0 for gain in gains[:k]) / k


def recall(gains, relevant, k):
    return sum(gain > 0 for gain in gains[:k]) / relevant


def average_precision(gains, relevant, k):
    hits, total = 0, 0.0
    for rank, gain in enumerate(gains[:k], 1):
        if gain > 0:
            hits += 1
            total += hits / rank
    return total / relevant


def dcg(gains, k):
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], 1))


def ndcg(gains, ideal, k):
    return dcg(gains, k) / dcg(sorted(ideal, reverse=True), k)


def reciprocal_rank(gains, k):
    return next((1 / rank for rank, gain in enumerate(gains[:k], 1) if gain > 0), 0.0)


def hit_rate(gains, k):
    return float(any(gain > 0 for gain in gains[:k]))


def over_orders(gains, scores, measure):
    """Mean of `measure` over all orders of the candidates that tie."""
    blocks = [
        [gains[i] for i in members] for _, members in itertools.groupby(range(len(gains)), scores.__getitem__)
    ]
    orders = itertools.product(*(itertools.permutations(block) for block in blocks))
    values = [measure([gain for block in order for gain in block]) for order in orders]
    return sum(values) / len(values)
