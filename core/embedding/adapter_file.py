"""Adapters as files: safetensors, with everything but the weights in the metadata. Nothing is unpickled.

The metadata has one entry, a JSON object: the format's version, kind, alpha, the base encoder's fingerprint,
the adapter's own fingerprint, which detects damage, and the model card.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EncoderError
from .adapter import Adapter

FORMAT = 1
_ENTRY = "lookalike_adapter"
MOST_BYTES = 256 * 2**20
"""Largest file that is read: a linear adapter of 4,096 dimensions has 64 MB."""
_LARGEST_HEADER = 8 * 2**20
_WEIGHTS = {"residual", "hidden", "bias"}


def to_bytes(adapter: Adapter, card: dict[str, Any]) -> bytes:
    """Serialise the adapter and its model card to a safetensors file; equal input gives equal bytes."""
    from safetensors.numpy import save

    description = {
        "format": FORMAT,
        "kind": adapter.kind,
        "alpha": float(adapter.alpha),
        "base_fingerprint": adapter.base_fingerprint,
        "fingerprint": adapter.fingerprint,
        "card": card,
    }
    weights = {name: np.ascontiguousarray(values) for name, values in sorted(adapter.weights.items())}
    return bytes(save(weights, {_ENTRY: json.dumps(description, ensure_ascii=False, sort_keys=True)}))


def from_bytes(data: bytes) -> tuple[Adapter, dict[str, Any]]:
    """Read the adapter and model card that `to_bytes` wrote.

    Raises:
        EncoderError: these are not the bytes of an adapter, or they are damaged; the message says which.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(data) > MOST_BYTES:
        raise EncoderError(f"The file is larger than {MOST_BYTES >> 20} MB; no adapter is that large.")
    description = _description(data)
    try:
        weights = load(data)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise EncoderError(
            "The adapter file is damaged: its weights are truncated or do not match its header. "
            "Export it again where it came from."
        ) from error
    if not weights or set(weights) - _WEIGHTS:
        raise EncoderError("The file holds other weights than an adapter's; it is another kind of model.")
    card = description.get("card")
    alpha = description.get("alpha")
    if not isinstance(alpha, float | int) or not isinstance(card, dict):
        raise EncoderError("The adapter file is damaged: its description is not complete.")
    kind, base = str(description.get("kind")), str(description.get("base_fingerprint"))
    adapter = Adapter(kind, weights, float(alpha), base)  # type: ignore[arg-type] # it checks the kind
    if adapter.fingerprint != description.get("fingerprint"):
        raise EncoderError(
            "The adapter file is damaged or was changed: its weights do not match the fingerprint in it. "
            "Export it again where it came from."
        )
    return adapter, card


def read_file(path: Path) -> bytes:
    """Read the bytes of an adapter file, unless it is too large to be one.

    Raises:
        EncoderError: it cannot be read, or it is too large.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EncoderError(f"{path} is larger than {MOST_BYTES >> 20} MB; no adapter is that large.")
        return path.read_bytes()
    except OSError as error:
        raise EncoderError(f"The adapter file {path} cannot be read: {error.strerror or error}.") from error


def _description(data: bytes) -> dict[str, Any]:
    """Read our entry in the metadata of a safetensors file: 8 bytes of length, then that much JSON."""
    size = int.from_bytes(data[:8], "little")
    found = None
    if len(data) >= 8 and size <= min(_LARGEST_HEADER, len(data) - 8):
        with suppress(ValueError, RecursionError, KeyError, TypeError):
            found = json.loads(json.loads(data[8 : 8 + size])["__metadata__"][_ENTRY])
    if not isinstance(found, dict):
        raise EncoderError(
            "The file is not an adapter exported by Lookalike (a .safetensors file with its description)."
        )
    if found.get("format") != FORMAT:
        raise EncoderError("The adapter was exported by a newer Lookalike; update this one to read it.")
    return found
