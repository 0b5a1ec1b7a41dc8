"""The model card of an adapter: what it was trained on, how, and what came of it."""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from ..embedding.adapter import Adapter
from .data.dataset import TrainingDataset
from .data.splits import Split
from .results import AlphaFigures, Baseline, EpochFigures, Gate
from .settings import TrainingSettings

_LIBRARIES = ("numpy", "torch", "pytorch-metric-learning")


def data_hash(dataset: TrainingDataset) -> str:
    """SHA-256, in hexadecimal, of the embeddings and of everything known about the images."""
    total = hashlib.sha256(dataset.base_fingerprint.encode())
    for array in (dataset.ids, dataset.embeddings, dataset.duplicate_groups):
        total.update(f"{array.shape}{array.dtype}".encode())
        total.update(np.ascontiguousarray(array).data)
    verdicts = [dataclasses.astuple(pair) for pair in dataset.verdicts]
    total.update(json.dumps([dataset.labels, dataset.captions, verdicts, dataset.parts]).encode())
    if dataset.copies is not None:
        total.update(np.ascontiguousarray(dataset.copies.embeddings).data)
        total.update(np.ascontiguousarray(dataset.copies.source).data)
    return total.hexdigest()


def make_card(
    dataset: TrainingDataset,
    settings: TrainingSettings,
    split: Split,
    adapter: Adapter,
    curves: Sequence[EpochFigures],
    alphas: Sequence[AlphaFigures],
    gates: Sequence[Gate],
    baselines: Sequence[Baseline],
    notes: Sequence[str],
) -> dict[str, Any]:
    """Everything that is needed to judge, or to repeat, a run; JSON-able."""
    return {
        "adapter": {
            "fingerprint": adapter.fingerprint,
            "base_fingerprint": adapter.base_fingerprint,
            "kind": adapter.kind,
            "alpha": adapter.alpha,
            "dim_in": adapter.dim_in,
            "dim_out": adapter.dim_out,
            "parameters": adapter.parameters,
        },
        "data": {
            "hash": data_hash(dataset),
            "images": len(dataset.ids),
            "labels": dict(Counter(label for label in dataset.labels if label).most_common()),
            "captions": sum(bool(caption) for caption in dataset.captions),
            "verdicts": dict(Counter(pair.verdict for pair in dataset.verdicts)),
            "copies": 0 if dataset.copies is None else len(dataset.copies.source),
        },
        "split": {
            "declared": dataset.parts is not None,
            "train": len(split.train),
            "validation": len(split.validation),
            "test": len(split.test),
        },
        "settings": dataclasses.asdict(settings),
        "curves": [dataclasses.asdict(point) for point in curves],
        "alphas": [dataclasses.asdict(one) for one in alphas],
        "gates": [dataclasses.asdict(gate) for gate in gates],
        "baselines": [dataclasses.asdict(one) for one in baselines],
        "notes": list(notes),
        "libraries": _versions(),
    }


def _versions() -> Mapping[str, str]:
    return {name: version(name) for name in _LIBRARIES}
