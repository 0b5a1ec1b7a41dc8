"""Small datasets whose answers are known."""

import numpy as np

from core.training.data.dataset import TrainingDataset


def circle(*degrees):
    """Unit vectors in the plane at these angles, float32 ``(N, 2)``."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def dataset(embeddings, labels=None, captions=None, groups=None, **more):
    count = len(embeddings)
    return TrainingDataset(
        ids=np.arange(count) + 100,
        embeddings=embeddings,
        base_fingerprint="base",
        labels=tuple(labels) if labels is not None else (None,) * count,
        captions=tuple(captions) if captions is not None else (None,) * count,
        duplicate_groups=np.arange(count) if groups is None else np.array(groups),
        **more,
    )


def classes(count=8, per_class=24, signal=1.0, noise=2.0, seed=0, **more):
    """Classes that differ in a few dimensions, under noise in others: a linear map can learn to drop it."""
    rng = np.random.default_rng(seed)
    centres = np.eye(count)
    code = np.repeat(np.arange(count), per_class)
    clean = signal * centres[code] + 0.15 * rng.normal(size=(len(code), count))
    noisy = noise * rng.normal(size=(len(code), 4)) / 2
    vectors = np.concatenate([clean, noisy, np.full((len(code), 1), 2.0)], axis=1).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return dataset(vectors, [f"class {c}" for c in code], **more)
