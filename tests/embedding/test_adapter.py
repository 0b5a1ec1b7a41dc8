import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.adapter import Adapter
from core.errors import EncoderError


def linear(residual, alpha=1.0, base="base"):
    return Adapter("linear", {"residual": np.asarray(residual, np.float32)}, alpha, base)


def unit(rows, dim, seed):
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def mlp(dim=4, width=3, seed=0, scale=0.5, alpha=1.0):
    rng = np.random.default_rng(seed)
    weights = {
        "hidden": rng.normal(size=(width, dim)).astype(np.float32),
        "bias": rng.normal(size=width).astype(np.float32),
        "residual": (scale * rng.normal(size=(dim, width))).astype(np.float32),
    }
    return Adapter("mlp", weights, alpha, "base")


@pytest.mark.parametrize("adapter", [linear(np.zeros((4, 4))), mlp(scale=0.0)])
def test_zero_weights_change_nothing(adapter):
    old = unit(5, 4, 0)
    np.testing.assert_allclose(adapter.apply(old), old, atol=1e-6)


def test_a_linear_map_by_hand():
    # I + R doubles the first axis: (0.6, 0.8) becomes (1.2, 0.8), then unit length.
    new = linear([[1, 0], [0, 0]]).apply(np.float32([[0.6, 0.8]]))
    np.testing.assert_allclose(new, np.array([[1.2, 0.8]]) / np.hypot(1.2, 0.8), rtol=1e-6)
    assert new.dtype == np.float32


def test_an_mlp_by_hand():
    weights = {
        "hidden": np.float32([[1, 0], [0, -1]]),
        "bias": np.float32([0.1, 0]),
        "residual": np.float32([[0, 5], [1, 0]]),
    }
    # Hidden: relu(0.6 + 0.1, −0.8) = (0.7, 0), so 0.7 is added to the second axis.
    new = Adapter("mlp", weights, 1.0, "base").apply(np.float32([[0.6, 0.8]]))
    np.testing.assert_allclose(new, np.array([[0.6, 1.5]]) / np.hypot(0.6, 1.5), rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(alpha=st.floats(0.01, 0.99), seed=st.integers(0, 100), kind=st.sampled_from(["linear", "mlp"]))
def test_the_blended_score_is_the_mixture_of_both_scores(alpha, seed, kind):
    old = unit(6, 4, seed)
    adapter = linear(np.random.default_rng(seed).normal(size=(4, 4))) if kind == "linear" else mlp(seed=seed)
    new = adapter.apply(old)
    both = adapter.with_alpha(alpha).apply(old)
    assert both.shape == (6, 8) and both.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(both @ both.T, (1 - alpha) * old @ old.T + alpha * new @ new.T, atol=1e-5)


def test_alpha_zero_is_the_old_embedding():
    old = unit(3, 2, 1)
    adapter = linear([[3, 1], [0, 2]], alpha=0.0)
    assert adapter.dim_out == 2
    np.testing.assert_array_equal(adapter.apply(old), old)


@pytest.mark.parametrize("alpha", [0.3, 1.0])
def test_a_preview_on_the_old_index_ranks_exactly_where_lengths_do_not_differ(alpha):
    turn = np.float32([[0, -1, 0], [1, 0, 0], [0, 0, 1]])  # a rotation keeps every length at 1
    adapter = linear(turn - np.eye(3), alpha)
    queries, gallery = unit(4, 3, 0), unit(20, 3, 1)
    exact = adapter.apply(queries) @ adapter.apply(gallery).T
    preview = adapter.preview_queries(queries) @ gallery.T
    np.testing.assert_array_equal(np.argsort(-exact), np.argsort(-preview))


def test_the_query_map_gives_the_inner_product_of_mapped_vectors():
    rng = np.random.default_rng(0)
    residual = rng.normal(size=(3, 3)).astype(np.float32)
    m = np.eye(3) + residual
    q, x = unit(2, 3, 0), unit(5, 3, 1)
    np.testing.assert_allclose(q @ linear(residual).query_map() @ x.T, (q @ m.T) @ (x @ m.T).T, rtol=1e-4)


def test_only_a_linear_adapter_has_a_query_map():
    with pytest.raises(EncoderError, match="linear"):
        mlp().query_map()


def test_the_fingerprint_covers_everything_that_decides_the_result():
    base = linear([[1, 0], [0, 0]])
    others = [
        linear([[1, 0], [0, 0]], alpha=0.5),
        linear([[1, 0], [0, 0]], base="other"),
        linear([[1, 0], [0, 1e-6]]),
        mlp(dim=2, width=2),
    ]
    assert base.fingerprint == linear([[1, 0], [0, 0]]).fingerprint
    assert len({one.fingerprint for one in [base, *others]}) == 5
    assert len(base.fingerprint) == 64


def test_many_rows_are_mapped_as_few_are():
    adapter = mlp(alpha=0.4)
    old = unit(8195, 4, 0)
    np.testing.assert_allclose(adapter.apply(old)[-2:], adapter.apply(old[-2:]), atol=1e-6)
    assert adapter.apply(old[:0]).shape == (0, 8)


@pytest.mark.parametrize(
    ("kind", "weights", "alpha", "says"),
    [
        ("tree", {"residual": np.zeros((2, 2), np.float32)}, 1.0, "linear or mlp"),
        ("linear", {"residual": np.zeros((2, 2), np.float32)}, 1.5, "between 0 and 1"),
        ("linear", {"residual": np.zeros((2, 2), np.float32)}, float("nan"), "between 0 and 1"),
        ("linear", {}, 1.0, "has the weights residual"),
        ("linear", {"residual": np.zeros((2, 3), np.float32)}, 1.0, "do not fit"),
        ("linear", {"residual": np.zeros((0, 0), np.float32)}, 1.0, "do not fit"),
        ("linear", {"residual": np.zeros((2, 2))}, 1.0, "float32"),
        ("linear", {"residual": np.full((2, 2), np.nan, np.float32)}, 1.0, "not numbers"),
        (
            "mlp",
            {
                "hidden": np.zeros((3, 2), np.float32),
                "bias": np.zeros(2, np.float32),
                "residual": np.zeros((2, 3), np.float32),
            },
            1.0,
            "do not fit",
        ),
    ],
)
def test_weights_that_do_not_fit_are_explained(kind, weights, alpha, says):
    with pytest.raises(EncoderError, match=says):
        Adapter(kind, weights, alpha, "base")


@pytest.mark.parametrize("shape", [(2, 3), (4,)])
def test_embeddings_of_another_encoder_are_explained(shape):
    with pytest.raises(EncoderError, match="dimension 2"):
        linear(np.zeros((2, 2))).apply(np.zeros(shape, np.float32))
