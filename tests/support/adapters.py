"""Adapters that tests make themselves, without training."""

import dataclasses

import numpy as np

from core.embedding.adapter import Adapter
from core.stats.interval import Interval
from core.training.results import Costs, Gate, TrainingRun
from tests.support.rows import fill


def adapter_for(encoder, seed=0, alpha=0.5, kind="linear", size=0.3):
    """A small random adapter of an encoder."""
    rng = np.random.default_rng(seed)
    dim = encoder.dim

    def values(*shape):
        return (size * rng.standard_normal(shape) / np.sqrt(dim)).astype(np.float32)

    if kind == "linear":
        weights = {"residual": values(dim, dim)}
    else:
        weights = {"hidden": values(8, dim), "bias": values(8), "residual": values(dim, 8)}
    return Adapter(kind, weights, alpha, encoder.fingerprint)


def gate(name="trained classes", passed=True, reason="P@5 0.700 → 0.800. This is a gain."):
    """One gate as a run hands it back."""
    fields = {field.name: None for field in dataclasses.fields(Gate)}
    known = {"name": name, "metric": "P@5", "before": 0.7, "after": 0.8, "queries": 40, "categories": ()}
    aim = {"aim": "gain"} if "aim" in fields else {}
    interval = Interval(0.05, 0.15, 0.95)
    return Gate(**{**fields, **known, **aim, "passed": passed, "reason": reason, "interval": interval})


def run_with(adapter, gates=None):
    """A training run that came to `adapter`, with its card."""
    gates = (gate(),) if gates is None else gates
    card = {
        "adapter": {"alpha": adapter.alpha, "kind": adapter.kind, "fingerprint": adapter.fingerprint},
        "gates": [dataclasses.asdict(one) for one in gates],
        "settings": {"signals": ["labels"], "seed": 0},
    }
    costs = Costs(0.1, 2.0, 4 * 48, 8 * 48, 9216)
    return TrainingRun(adapter, (), (), (), gates, costs, (), (), (), card)


def teachable(shop, each=24, classes=10, seed=0):
    """Labelled vectors whose classes differ in four directions, with loud noise in all the others."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    vectors = rng.standard_normal((len(labels), 48)).astype(np.float32)
    means = rng.standard_normal((classes, 4))
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    vectors[:, :4] = 4 * means[labels] + 0.3 * vectors[:, :4]
    ids = fill(shop, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    for label in range(classes):
        shop.set_label([i for i, own in zip(ids, labels, strict=True) if own == label], f"label {label}")
    return ids
