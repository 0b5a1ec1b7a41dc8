import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import TrainingError
from core.jobs import Monitor
from core.training.data.dataset import ImageCopies
from core.training.fitting.copy_term import CopyPairs, CopyTerm, copy_pairs
from core.training.run import run_training
from core.training.settings import TrainingSettings
from tests.training.support import classes

EYE = np.eye(2, dtype=np.float32)


def test_two_images_at_right_angles_and_perfect_copies():
    """Each of the four items has one positive at cosine 1 and two negatives at cosine 0."""
    term = CopyTerm(CopyPairs(EYE, EYE, np.array([0, 1])), EYE, batch_size=8)
    loss = term(lambda x: x, np.random.default_rng(0))
    assert loss.item() == pytest.approx(math.log(1 + 2 * math.exp(-1 / 0.1)), abs=1e-5)


def test_copies_nearer_to_the_other_image_cost_more_and_the_gradient_mends_it():
    pairs = CopyPairs(EYE[::-1].copy(), EYE, np.array([0, 1]))
    term = CopyTerm(pairs, EYE, batch_size=8)
    weight = torch.eye(2, requires_grad=True)
    loss = term(lambda x: x @ weight, np.random.default_rng(0))
    assert loss.item() > 5
    loss.backward()
    assert weight.grad is not None and float(weight.grad.abs().sum()) > 0


def test_pairs_are_of_the_rows_that_may_be_used():
    data = classes()
    copies = ImageCopies(data.embeddings[:6], np.array([0, 0, 1, 2, 3, 4]), ("crop",) * 6)
    data = replace(data, copies=copies)
    label = data.labels[4]
    pairs = copy_pairs(data, np.arange(5), frozenset({label}) if label else frozenset())
    assert pairs is None or not {data.labels[row] for row in pairs.source} & {label}
    assert copy_pairs(replace(data, copies=None), np.arange(5), frozenset()) is None
    assert copy_pairs(data, np.array([0]), frozenset()) is None


def test_a_weight_that_is_not_a_weight():
    with pytest.raises(TrainingError, match="copy_weight"):
        TrainingSettings(copy_weight=-1)


def test_copies_of_labelled_images_take_part():
    data = classes()
    noise = np.random.default_rng(0).normal(0, 0.05, data.embeddings.shape).astype(np.float32)
    moved = data.embeddings + noise
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    data = replace(data, copies=ImageCopies(moved, np.arange(len(moved)), ("crop",) * len(moved)))
    settings = TrainingSettings(epochs=3, batch_size=64, learning_rate=0.1, rank=16, compare=False)
    one, none = (
        run_training(data, replace(settings, copy_weight=weight), Monitor()).adapter.fingerprint
        for weight in (0.1, 0.0)
    )
    assert one != none
