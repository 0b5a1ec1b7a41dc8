"""Adapters that tests make themselves, without training."""

import numpy as np

from core.embedding.adapter import Adapter


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
