import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.fitting.trainable_maps import (
    ResidualMap,
    as_adapter,
    principal_directions,
    with_mean_length_one,
)
from core.training.gates.projected import ProjectedTask
from core.training.gates.tasks import Task


def unit(rows, dim, seed):
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), kind=st.sampled_from(["linear", "mlp"]), rank=st.integers(1, 6))
def test_scores_along_the_basis_are_those_of_the_adapter(seed, kind, rank):
    queries, gallery = unit(7, 6, seed), unit(30, 6, seed + 1)
    relevant = np.random.default_rng(seed).random((7, 30)) < 0.3
    relevant[:, 0] = True
    task = Task("P@5", queries, gallery, relevant, None, ("x",) * 7)
    basis = principal_directions(gallery, rank, 0)
    generator = torch.Generator().manual_seed(seed)
    residual_map = ResidualMap(kind, rank, 4, generator)
    residual_map.residual.data = torch.randn(residual_map.residual.shape, generator=generator)
    adapter = as_adapter(residual_map.state_dict(), kind, basis, "base")
    found = ProjectedTask(task, basis).figures(lambda u: residual_map(torch.from_numpy(u)).detach().numpy())
    scores = task.new_scores(adapter)
    np.testing.assert_allclose(
        found, [task.values(scores).mean(), task.average_precisions(scores).mean()], atol=0.02
    )


def test_a_basis_is_orthonormal_and_led_by_the_largest_direction():
    vectors = np.float32([[3, 0, 0], [0, 1, 0], [0, 0, 0.1]])
    basis = principal_directions(vectors, 2, 0)
    np.testing.assert_allclose(np.abs(basis), [[1, 0], [0, 1], [0, 0]], atol=1e-6)
    assert principal_directions(vectors, 9, 0).shape == (3, 3)


def test_fewer_rows_than_dimensions_give_the_same_subspace():
    vectors = unit(4, 9, 0)
    basis = principal_directions(vectors, 9, 0)
    assert basis.shape == (9, 4)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-5)
    np.testing.assert_allclose(vectors @ basis @ basis.T, vectors, atol=1e-5)


def test_a_scaled_map_gives_the_same_embeddings_and_mean_length_one():
    residual_map = ResidualMap("linear", 3, 1, torch.Generator())
    residual_map.residual.data = torch.tensor([[2.0, 0, 0], [0, 1, 0], [1, 0, 0]])
    vectors = unit(50, 3, 0)
    adapter = as_adapter(residual_map.state_dict(), "linear", np.eye(3, dtype=np.float32), "base")
    scaled = with_mean_length_one(adapter, vectors)
    np.testing.assert_allclose(scaled.apply(vectors), adapter.apply(vectors), atol=1e-5)
    lengths = np.linalg.norm(vectors + vectors @ scaled.weights["residual"].T, axis=1)
    np.testing.assert_allclose(lengths.mean(), 1, atol=1e-5)
