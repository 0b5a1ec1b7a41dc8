"""The trainable maps: residual, from zero, inside the subspace that the training embeddings fill."""

from collections.abc import Mapping

import numpy as np
import torch

from ...embedding.adapter import Adapter, AdapterKind
from ..data.dataset import FloatArray

_ROWS_FOR_BASIS = 20_000
_SMALLEST_SHARE = 1e-6
"""Of the largest eigenvalue: below it, directions of few rows are rounding errors."""


def principal_directions(embeddings: FloatArray, count: int, seed: int) -> FloatArray:
    """An orthonormal basis ``(d, k)``, k ≤ `count`, of the directions in which embeddings are largest.

    Not centred, so that the map stays linear. Of more than 20,000 rows as many are drawn.
    """
    rows = embeddings
    if len(rows) > _ROWS_FOR_BASIS:
        rows = rows[np.random.default_rng(seed).choice(len(rows), _ROWS_FOR_BASIS, replace=False)]
    if len(rows) >= rows.shape[1]:
        _, vectors = np.linalg.eigh(rows.T @ rows)
        return np.ascontiguousarray(vectors[:, ::-1][:, :count], np.float32)
    # Few rows span a small subspace, which their own smaller matrix of inner products gives as well.
    values, combinations = np.linalg.eigh(rows.astype(np.float64) @ rows.T)
    kept = np.flatnonzero(values > _SMALLEST_SHARE * max(float(values[-1]), 1e-12))[::-1][:count]
    return np.ascontiguousarray(rows.T @ (combinations[:, kept] / np.sqrt(values[kept])), np.float32)


class ResidualMap(torch.nn.Module):
    """``u + f(u)`` on coordinates ``(B, k)`` along a basis, not normalised; f is 0 before training."""

    def __init__(self, kind: AdapterKind, dim: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.kind = kind
        if kind == "linear":
            self.residual = torch.nn.Parameter(torch.zeros(dim, dim))
        else:
            # He initialisation for the hidden layer; the output layer of zero makes the whole map 0.
            scale = (2 / dim) ** 0.5
            self.hidden = torch.nn.Parameter(scale * torch.randn(width, dim, generator=generator))
            self.bias = torch.nn.Parameter(torch.zeros(width))
            self.residual = torch.nn.Parameter(torch.zeros(dim, width))

    def forward(self, coordinates: torch.Tensor) -> torch.Tensor:
        """Map ``(B, k)`` to ``(B, k)``."""
        return coordinates + self.change(coordinates)

    def change(self, coordinates: torch.Tensor) -> torch.Tensor:
        """What is added to ``(B, k)``."""
        if self.kind == "linear":
            return coordinates @ self.residual.T
        hidden = torch.relu(coordinates @ self.hidden.T + self.bias)
        return hidden @ self.residual.T


def as_adapter(
    state: Mapping[str, torch.Tensor], kind: AdapterKind, basis: FloatArray, fingerprint: str
) -> Adapter:
    """The map of `state` as an adapter over whole embeddings; outside of the basis nothing changes."""
    values = {name: tensor.detach().numpy().astype(np.float32) for name, tensor in state.items()}
    weights = {"residual": basis @ values["residual"]}
    if kind == "linear":
        weights["residual"] = weights["residual"] @ basis.T
    else:
        weights |= {"hidden": values["hidden"] @ basis.T, "bias": values["bias"]}
    return Adapter(kind, weights, 1.0, fingerprint)


def with_mean_length_one(adapter: Adapter, embeddings: FloatArray) -> Adapter:
    """Scale the matrix of a linear adapter so that mapped `embeddings` have length 1 on average.

    The result of `Adapter.apply` stays the same; `Adapter.preview_queries` takes all lengths to be 1.
    """
    if adapter.kind != "linear":
        return adapter
    residual = adapter.weights["residual"]
    length = float(np.linalg.norm(embeddings + embeddings @ residual.T, axis=1).mean())
    if not length > 0:
        return adapter
    eye = np.eye(adapter.dim_in, dtype=np.float32)
    scaled = (eye + residual) / np.float32(length) - eye
    return Adapter("linear", {"residual": scaled}, adapter.alpha, adapter.base_fingerprint)
