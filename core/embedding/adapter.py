"""Adapters: trained maps of an encoder's embeddings, applied to pictures, copies and texts alike.

The map is residual, ``y = normalise(x + f(x))``, with f linear or a small multi-layer perceptron (MLP), so
that weights of zero change nothing: the form of an adapter in Houlsby et al., "Parameter-efficient transfer
learning for NLP", ICML 2019. Beside the new embedding the old one can be kept, ``[√(1−α)·old, √α·new]``,
whose inner product is ``(1−α)·old score + α·new score``; Gao et al., "CLIP-Adapter", IJCV 2024, blend
features in the same spirit. Only numpy is needed to use an adapter, torch to train one (`core.training`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import EncoderError
from .base import Embedded, FloatArray, normalise

AdapterKind = Literal["linear", "mlp"]

_ROWS_AT_ONCE = 8192
"""Rows mapped at a time: 40 MB for rows of 1,296 float32, and the same again for the result."""
_SHAPES: dict[str, tuple[str, ...]] = {"linear": ("residual",), "mlp": ("hidden", "bias", "residual")}


@dataclass(frozen=True, eq=False)
class Adapter:
    """A map from embeddings ``(N, d)`` to embeddings ``(N, dim_out)``, both L2-normalised.

    Attributes:
        kind: ``"linear"``: f(x) = R·x; ``"mlp"``: f(x) = R·relu(H·x + b).
        weights: float32 arrays by name. ``"linear"``: ``residual`` R ``(d, d)``. ``"mlp"``: ``hidden`` H
            ``(h, d)``, ``bias`` b ``(h,)`` and ``residual`` R ``(d, h)``.
        alpha: share of the new embedding in the score, in ``[0, 1]``. 1: the new embedding alone; 0: the
            old one alone; in between both are kept and the dimension doubles.
        base_fingerprint: of the encoder whose embeddings are mapped.

    Raises:
        EncoderError: at construction, if kind, weights or alpha are inconsistent or not finite.
    """

    kind: AdapterKind
    weights: Mapping[str, FloatArray]
    alpha: float
    base_fingerprint: str

    def __post_init__(self) -> None:
        if self.kind not in _SHAPES:
            raise EncoderError(f"“{self.kind}” is not a kind of adapter; it is linear or mlp.")
        if not 0 <= self.alpha <= 1:  # NaN fails the comparison too
            raise EncoderError(
                f"An adapter's share of the new embedding is between 0 and 1, not {self.alpha}."
            )
        names = _SHAPES[self.kind]
        if set(self.weights) != set(names):
            raise EncoderError(
                f"A {self.kind} adapter has the weights {', '.join(names)}; "
                f"this one has {', '.join(sorted(self.weights)) or 'none'}."
            )
        _check_shapes(self.kind, self.weights)
        for name, values in self.weights.items():
            if values.dtype != np.float32:
                raise EncoderError(f"The weights “{name}” of an adapter are float32, not {values.dtype}.")
            if not np.isfinite(values).all():
                raise EncoderError(
                    f"The weights “{name}” of the adapter contain values that are not numbers."
                )

    @property
    def dim_in(self) -> int:
        """Dimension of the embeddings that are mapped."""
        return int(self.weights["residual"].shape[0])

    @property
    def dim_out(self) -> int:
        """Dimension of the result: twice `dim_in` if old and new are both kept (0 < alpha < 1)."""
        return 2 * self.dim_in if 0 < self.alpha < 1 else self.dim_in

    @property
    def parameters(self) -> int:
        """Number of trained values."""
        return sum(values.size for values in self.weights.values())

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of everything that determines the result of `apply`."""
        total = hashlib.sha256()
        for part in (self.base_fingerprint, self.kind, float(self.alpha).hex()):
            total.update(len(part).to_bytes(8, "big") + part.encode())
        for name in _SHAPES[self.kind]:
            values = np.ascontiguousarray(self.weights[name], "<f4")
            total.update(f"{name}{values.shape}".encode() + values.tobytes())
        return total.hexdigest()

    def apply(self, embeddings: FloatArray) -> FloatArray:
        """Map L2-normalised embeddings ``(N, dim_in)`` to L2-normalised float32 ``(N, dim_out)``.

        Raises:
            EncoderError: the embeddings have another dimension.
        """
        return self.map(embeddings).vectors

    def map(self, embeddings: FloatArray) -> Embedded:
        """Map as `apply` does, and return the norm of each mapped embedding before normalisation.

        The norm is that of ``x + step(x)`` for an embedding ``x`` of norm 1. It depends only on the stored
        embedding, so the norms of an adapted space are known even if those of its base are not. With alpha 0
        nothing is mapped, and the norms are 1.

        Raises:
            EncoderError: the embeddings have another dimension.
        """
        if embeddings.ndim != 2 or embeddings.shape[1] != self.dim_in:
            raise EncoderError(
                f"The adapter maps embeddings of dimension {self.dim_in}, and got shape {embeddings.shape}; "
                "it belongs to another encoder."
            )
        result = np.empty((len(embeddings), self.dim_out), np.float32)
        lengths = np.ones(len(embeddings), np.float32)
        for start in range(0, len(embeddings), _ROWS_AT_ONCE):
            part = np.asarray(embeddings[start : start + _ROWS_AT_ONCE], np.float32)
            mapped = self._map(part)
            result[start : start + _ROWS_AT_ONCE] = mapped.vectors
            lengths[start : start + _ROWS_AT_ONCE] = mapped.norms
        return Embedded(result, lengths)

    def with_alpha(self, alpha: float) -> "Adapter":
        """Copy with another share of the new embedding."""
        return Adapter(self.kind, self.weights, alpha, self.base_fingerprint)

    def query_map(self) -> FloatArray:
        """Compute the matrix ``MᵀM`` with ``M = I + R``, float32 ``(d, d)``: the whole map on the query side.

        ``(M·q)·(M·x) = (MᵀM·q)·x``: a query multiplied by it and compared with the *old* embeddings gives the
            inner product of the two mapped vectors before normalisation.

        Raises:
            EncoderError: the adapter is not linear.
        """
        if self.kind != "linear":
            raise EncoderError(
                "Only a linear adapter can be tried on the old index; a network maps the pictures too, "
                "so its index has to be built first."
            )
        m = np.eye(self.dim_in, dtype=np.float32) + self.weights["residual"]
        product: FloatArray = m.T @ m
        return product

    def preview_queries(self, queries: FloatArray) -> FloatArray:
        """Transform queries ``(Q, d)`` so that the *old* index ranks approximately as the adapted one would.

        Returns ``(1−α)·q + α·MᵀM·q / ‖M·q‖``, L2-normalised float32 ``(Q, d)``. The blend makes one
        approximation: the norm ‖M·x‖ of each mapped picture is taken as 1, while the adapted index divides by
        it. Training scales M so that its mean over the training embeddings is 1. Rankings therefore differ
        where the norms differ; scores are on another scale, because the result is normalised.

        Raises:
            EncoderError: the adapter is not linear, or the dimensions differ.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dim_in:
            raise EncoderError(f"Queries of dimension {self.dim_in} expected, got shape {queries.shape}.")
        turned = queries @ self.query_map()
        length = np.linalg.norm(queries + queries @ self.weights["residual"].T, axis=1, keepdims=True)
        changed = (1 - self.alpha) * queries + self.alpha * turned / np.maximum(length, 1e-12)
        return normalise(np.asarray(changed, np.float32)).vectors

    def _map(self, old: FloatArray) -> Embedded:
        if self.alpha == 0:
            return Embedded(old, np.ones(len(old), np.float32))
        if self.kind == "linear":
            step = old @ self.weights["residual"].T
        else:
            hidden = np.maximum(old @ self.weights["hidden"].T + self.weights["bias"], 0)
            step = hidden @ self.weights["residual"].T
        new = normalise(old + step)
        if self.alpha == 1:
            return new
        share = np.float32(self.alpha)
        both = np.concatenate([np.sqrt(1 - share) * old, np.sqrt(share) * new.vectors], axis=1)
        return Embedded(both, new.norms)


def _check_shapes(kind: str, weights: Mapping[str, FloatArray]) -> None:
    residual = weights["residual"]
    fits = residual.ndim == 2
    if fits and kind == "linear":
        fits = residual.shape[0] == residual.shape[1]
    elif fits:
        dim, width = residual.shape
        fits = weights["hidden"].shape == (width, dim) and weights["bias"].shape == (width,)
    if not fits or not residual.size:
        shapes = ", ".join(f"{name} {values.shape}" for name, values in sorted(weights.items()))
        raise EncoderError(f"The weights of a {kind} adapter do not fit together: {shapes}.")
