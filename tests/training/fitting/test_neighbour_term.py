import math

import numpy as np
import pytest
import torch

from core.training.fitting.neighbour_term import NeighbourTerm
from tests.training.support import circle

EYE = np.eye(2, dtype=np.float32)


def loss_of(forward, images):
    return NeighbourTerm(images, EYE, batch_size=8)(forward, np.random.default_rng(0))


def test_a_map_that_keeps_all_cosines_costs_nothing():
    images = circle(0, 10, 40, 90)
    assert loss_of(lambda x: x, images).item() == pytest.approx(0, abs=1e-6)
    turned = torch.tensor([[0.0, -1.0], [1.0, 0.0]])
    assert loss_of(lambda x: 3 * x @ turned.T, images).item() == pytest.approx(0, abs=1e-5)


def test_a_map_that_makes_all_alike_costs_what_the_nearest_neighbour_was_worth():
    """Of two others one was by far the nearer: all of the weight before, half of it after."""
    assert loss_of(torch.ones_like, circle(0, 60, 180)).item() == pytest.approx(math.log(2), abs=1e-3)


def test_the_gradient_brings_neighbours_back():
    images = circle(0, 20, 70, 160)
    weight = torch.eye(2, requires_grad=True)
    loss = loss_of(lambda x: x @ (weight * torch.tensor([[1.0], [3.0]])).T, images)
    assert loss.item() > 0
    loss.backward()
    assert float(weight.grad.abs().sum()) > 0
